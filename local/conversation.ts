import * as z from 'zod';
import { defined } from '../contract/defined';
import type { CallbackListener } from './callback-listener';
import type { JsonObject } from './json';
import type { RequestValues } from './faults';
import type { Simulator } from './tavus/simulator';

/** The simulator's control routes. */
export type Control = Pick<Simulator, 'url' | 'runKey'>;

/** Headers for a control route. */
export const controlHeaders = ({ runKey }: Control): Record<string, string> => ({
  authorization: `Bearer ${runKey}`,
});

/** Access to the Tavus simulator. */
interface SimulatorAccess {
  /** Ends in `/v2`. */
  readonly apiBaseUrl: string;
  readonly control: Control;
  readonly apiKey: string;
  readonly replicaId: string;
}

const RECORDING = z.object({
  key: z.string(),
  state: z.string(),
  bytes: z.number(),
  parts: z.number(),
  sha256: z.string().nullish(),
  sentence: z.string().nullish(),
});

const ROOM = z.object({
  events: z.array(z.looseObject({ action: z.string() })),
  recordings: z.array(RECORDING),
});

/** Result of one conversation, as far as it got. */
export interface ConversationOutcome {
  readonly status: number;
  /** Tavus's error text, if it refused. */
  readonly refusal?: string;
  readonly conversationId?: string;
  /** Number of recordings before `startRecording()`. */
  readonly recordingsBeforeStart?: number;
  /** Events in the browser, in order, each kind once. */
  readonly roomEvents: readonly string[];
  /** The recording as the simulator wrote it. `sentence` is the cause of a failure, which the vendor would not say. */
  readonly sent?: z.infer<typeof RECORDING>;
  readonly callback?: JsonObject;
}

/** The simulator sends the callback after half a second. */
const CALLBACK_TIMEOUT_MS = 10_000;

/** The body with which the backend asks for a recorded conversation. */
export function createBody(values: RequestValues, replicaId: string, callbackUrl: string): JsonObject {
  return {
    replica_id: replicaId,
    conversation_name: 'npm run local',
    callback_url: callbackUrl,
    properties: {
      enable_closed_captions: false,
      enable_recording: true,
      recording_s3_bucket_name: values.bucketName,
      recording_s3_bucket_region: values.bucketRegion,
      aws_assume_role_arn: values.roleArn,
    },
  };
}

/** Creates a conversation, joins, records and ends it, and waits for the result of the recording. */
export async function runConversation(
  access: SimulatorAccess,
  values: RequestValues,
  callbacks: CallbackListener,
): Promise<ConversationOutcome> {
  const api = async (path: string, body?: JsonObject): Promise<{ status: number; body: unknown }> =>
    post(`${access.apiBaseUrl}${path}`, { 'x-api-key': access.apiKey }, body);
  const created = await api('/conversations', createBody(values, access.replicaId, callbacks.url));
  const refusal = z
    .object({ error: z.string() })
    .or(z.object({ message: z.string() }))
    .safeParse(created.body);
  if (created.status !== 200) {
    const [text = `HTTP ${created.status}`] = Object.values(refusal.data ?? {});
    return { status: created.status, refusal: text, roomEvents: [] };
  }
  const { conversation_id: id } = z.object({ conversation_id: z.string() }).parse(created.body);
  const act = async (action: string): Promise<unknown> =>
    post(`${access.control.url}/sim/rooms/${id}/${action}`, controlHeaders(access.control), {});
  await act('join');
  const before = await roomOf(access.control, id);
  await act('recording/start');
  await act('recording/stop');
  const after = await roomOf(access.control, id, 'settled');
  await act('leave');
  await api(`/conversations/${id}/end`);

  const [sent] = after.recordings;
  // No callback comes for a failed recording.
  const callback =
    sent?.state === 'delivered'
      ? await callbacks.next('application.recording_ready', CALLBACK_TIMEOUT_MS)
      : undefined;
  return {
    status: created.status,
    conversationId: id,
    recordingsBeforeStart: before.recordings.length,
    roomEvents: [...new Set(after.events.map(({ action }) => action))],
    ...defined({ sent, callback }),
  };
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: JsonObject,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...defined({ 'content-type': body && 'application/json' }) },
    ...defined({ body: body && JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

/** State of a room. With `until` the simulator answers once no recording is in progress. */
async function roomOf(control: Control, id: string, until?: 'settled'): Promise<z.infer<typeof ROOM>> {
  const query = until === undefined ? '' : `?until=${until}`;
  const response = await fetch(`${control.url}/sim/rooms/${id}${query}`, {
    headers: controlHeaders(control),
  });
  return ROOM.parse(await response.json());
}
