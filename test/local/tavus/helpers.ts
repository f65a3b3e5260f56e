import type { Server } from 'node:http';
import type { SimulatorClock } from '../../../local/tavus/simulator-clock';
import type { LoggedEvent, SimulatedRecording, RoomEvent } from '../../../local/tavus/conversation';
import { startSimulator, type Simulator } from '../../../local/tavus/simulator';
import type { SimulatorOptions } from '../../../local/tavus/options';
import { BUCKET, FakeCloud, REGION, ROLE_ARN } from './fake-cloud';

export const KEY = 'tvsk_test';
export const CALLBACK_URL = 'https://backend.example/tavus/callback/s1/t1?x=1&y=2';
export const START = Date.UTC(2026, 5, 1, 10, 0, 0);

/** A clock that a test moves. */
export class ManualClock implements SimulatorClock {
  private at = START;
  private tasks: { due: number; order: number; task: () => void }[] = [];
  private order = 0;

  now(): number {
    return this.at;
  }

  after(ms: number, task: () => void): () => void {
    const entry = { due: this.at + ms, order: (this.order += 1), task };
    this.tasks.push(entry);
    return () => {
      this.tasks = this.tasks.filter((other) => other !== entry);
    };
  }

  /** Moves the time forward and runs the due tasks in order. Lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.at + ms;
    await settle();
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.tasks = this.tasks.filter((other) => other !== next);
      this.at = Math.max(this.at, next.due);
      next.task();
      await settle();
    }
    this.at = end;
    await settle();
  }

  /** Resolves when a task is due in exactly this time, so that a test knows how far a request is. */
  async untilWaitingFor(ms: number): Promise<void> {
    while (!this.tasks.some(({ due }) => due === this.at + ms)) await settle();
  }

  private next(end: number): { due: number; task: () => void } | undefined {
    return this.tasks
      .filter(({ due }) => due <= end)
      .toSorted((one, other) => one.due - other.due || one.order - other.order)[0];
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export interface Callback {
  readonly url: string;
  readonly body: string;
  readonly payload: LoggedEvent & { conversation_id: string; webhook_url?: string };
}

/** A room as the control routes return it. */
export interface RoomView {
  status: string;
  participants: { participant_id: string }[];
  events: RoomEvent[];
  recordings: SimulatedRecording[];
  logged: { event_type: string }[];
  callbacks: { event_type: string; outcome: number | string }[];
}

type Reply = { status: number; json: Record<string, unknown>; text: string; type: string };

/** One simulator with a fake AWS, a manual clock and a list of the callbacks. */
export interface Bench {
  readonly simulator: Simulator;
  readonly cloud: FakeCloud;
  readonly clock: ManualClock;
  readonly callbacks: Callback[];
  /** The status that the callback receiver returns. `undefined`: it does not respond. */
  receiver: { status: number | undefined };
  readonly api: (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    key?: string,
  ) => Promise<Reply>;
  readonly sim: (path: string, body?: object) => Promise<Reply>;
  /** Creates a conversation and returns its id. */
  readonly create: (body?: object) => Promise<string>;
  readonly room: (id: string) => Promise<RoomView>;
  /** Joins, records and stops. Returns the room when the recording is delivered, failed or discarded. */
  readonly recordOnce: (id: string) => Promise<RoomView>;
  readonly types: () => string[];
}

/** The entries of the last transcript callback. */
export function transcriptIn(callbacks: readonly Callback[]): object[] {
  const last = callbacks.findLast(({ payload }) => payload.event_type === 'application.transcription_ready');
  const transcript = last?.payload.properties['transcript'];
  return Array.isArray(transcript) ? transcript : [];
}

/** Listens on a free port of 127.0.0.1 and returns the port. */
export async function listenOn(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const open: Simulator[] = [];

/** For `afterEach`: closes all simulators of the test. */
export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
}

/** A recording of a few bytes, for tests that do not depend on its size. */
export async function* fewBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a few bytes');
}

export const STORAGE = {
  provider: 's3',
  bucket_name: BUCKET,
  bucket_region: REGION,
  assume_role_arn: ROLE_ARN,
};
export const FLAT = {
  enable_recording: true,
  recording_s3_bucket_name: BUCKET,
  recording_s3_bucket_region: REGION,
  aws_assume_role_arn: ROLE_ARN,
};
export const RECORDED = {
  replica_id: 'r_laptop',
  callback_url: CALLBACK_URL,
  properties: { ...FLAT, participant_left_timeout: 60 },
};

export async function bench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const cloud = new FakeCloud();
  const clock = new ManualClock();
  const callbacks: Callback[] = [];
  const receiver: Bench['receiver'] = { status: 200 };
  const simulator = await startSimulator({
    cloud,
    clock,
    apiKeys: [KEY, 'tvsk_other'],
    recordingSource: fewBytes,
    deliver: async (url, body) => {
      callbacks.push({ url, body, payload: JSON.parse(body) });
      if (receiver.status === undefined) throw new Error('no response');
      return receiver.status;
    },
    ...options,
  });
  open.push(simulator);

  const self: Bench = {
    simulator,
    cloud,
    clock,
    callbacks,
    receiver,
    async api(method, path, body, key = KEY) {
      const url = `${simulator.apiBaseUrl}${path}`;
      return readReply(await fetch(url, { method, headers: { 'x-api-key': key }, ...payloadOf(body) }));
    },
    async sim(path, body) {
      const method = body === undefined ? 'GET' : 'POST';
      const headers = { authorization: `Bearer ${simulator.runKey}` };
      return readReply(await fetch(`${simulator.url}/sim${path}`, { method, headers, ...payloadOf(body) }));
    },
    async create(body = RECORDED) {
      const reply = await self.api('POST', '/conversations', body);
      if (reply.status !== 200) throw new Error(`create: ${reply.status} ${reply.text}`);
      return String(reply.json['conversation_id']);
    },
    async room(id) {
      return JSON.parse((await self.sim(`/rooms/${id}`)).text);
    },
    async recordOnce(id) {
      await self.sim(`/rooms/${id}/join`, {});
      await self.sim(`/rooms/${id}/recording/start`, {});
      await self.sim(`/rooms/${id}/recording/stop`, {});
      await simulator.settled(id);
      return self.room(id);
    },
    types: () => callbacks.map(({ payload }) => payload.event_type),
  };
  return self;
}

function payloadOf(body: unknown): { body?: string } {
  if (body === undefined) return {};
  return { body: typeof body === 'string' ? body : JSON.stringify(body) };
}

async function readReply(reply: Response): Promise<Reply> {
  const type = reply.headers.get('content-type') ?? '';
  const text = await reply.text();
  return { status: reply.status, text, json: type.includes('json') ? JSON.parse(text) : {}, type };
}
