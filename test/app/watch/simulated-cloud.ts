import type { Server } from 'node:http';
import { buildApp, type BackendServer } from '../../../app/app';
import { readConfig, type Config } from '../../../app/config';
import { LineSink } from '../../../app/log/line-sink';
import { createLogger } from '../../../app/log/logger';
import { openBucket, type MonitoredBucket } from '../../../app/recordings/open-bucket';
import { memoryStore } from '../../../app/ledger/memory';
import { defined } from '../../../contract/defined';
import { CONSENT_TEXT_VERSIONS } from '../../../contract/consent-text';
import { LogMemory, ON, type LogLine } from '../helpers';
import { never, ProbedStore } from '../ledger/probed-store';
import { MemoryBucket } from '../recordings/memory-bucket';
import type { Random } from '../random';
import { FakeTavus, type FakeConversation, type TavusEvent } from './fake-tavus';
import { settle, SimulatedTime } from './simulated-time';

const ABSENT_SEC = 120;
const LEFT_SEC = 30;
const TICK_SEC = 10;
/** Step after all calls are over; leases are still renewed in time. */
const CALM_TICK_SEC = 25;
/** A platform needs some seconds to replace a dead process. */
const REPLACE_SEC = 10;
/** A page resends a failed report. */
const AGAIN_SEC = 5;
/** Longer than any request that does not wait for this cloud. */
const STUCK_MS = 50;

/** A process of the backend that may die at any moment. */
interface Replica {
  readonly backend: BackendServer;
  readonly url: string;
  readonly store: ProbedStore;
  readonly log: LogMemory;
  isDead: boolean;
  readonly death: Promise<void>;
  /** Kills it at its n-th call to ledger or Tavus from now on. */
  killIn(calls: number, when: 'before' | 'after'): void;
}

export interface SimulatedLine extends LogLine {
  readonly ms: number;
}

/** Any call of a process to the cloud may be its last. */
type Reach = (now: 'before' | 'after') => Promise<never> | undefined;

/** The bucket for one process, which may die at each request. */
class ReachedBucket extends MemoryBucket {
  constructor(
    private readonly bucket: MemoryBucket,
    private readonly reach: Reach,
  ) {
    super();
  }

  override async *versions(prefix: string) {
    await this.reach('before');
    yield* this.bucket.versions(prefix);
    await this.reach('after');
  }

  override async *objects(...given: Parameters<MemoryBucket['objects']>) {
    await this.reach('before');
    yield* this.bucket.objects(...given);
    await this.reach('after');
  }

  override async uploads(prefix: string) {
    await this.reach('before');
    return this.bucket.uploads(prefix);
  }

  override async head(key: string, versionId?: string) {
    await this.reach('before');
    return this.bucket.head(key, versionId);
  }

  override async read(key: string, versionId: string, from: number, to: number) {
    await this.reach('before');
    return this.bucket.read(key, versionId, from, to);
  }
}

/** Two replicas, one ledger, a fake Tavus whose events the test adds, and a bucket. */
export class SimulatedCloud {
  readonly time = new SimulatedTime(Date.UTC(2026, 5, 1, 0, 0, 0));
  readonly bucket = new MemoryBucket(() => this.time.now());
  readonly store = memoryStore();
  readonly tavus = new FakeTavus();
  readonly lines: SimulatedLine[] = [];
  /** When replicas were killed, epoch ms. */
  readonly kills: number[] = [];
  /** All calls are over. */
  isCalm = false;
  /** Outages of Tavus and of the bucket. */
  readonly away: (readonly [number, number])[] = [];
  private readonly config: Config;
  private readonly replicas: Replica[] = [];
  private readonly servers: Server[] = [];
  private pending = 0;

  /** @param maySee whether the backend can read the bucket */
  constructor(
    private readonly random: Random,
    maySee: boolean,
  ) {
    this.config = readConfig({
      TAVUS_API_BASE_URL: 'https://tavus.example/v2',
      ...ON,
      RECORDINGS_ENCRYPTION: 's3',
      RECORDINGS_ACCESS: maySee ? 'default-chain' : 'none',
      LOG_LEVEL: 'silent',
      TAVUS_MAX_CALL_DURATION_SEC: '14400',
      TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: String(ABSENT_SEC),
      TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: String(LEFT_SEC),
      TAVUS_REQUIRE_RECORDING_CONSENT: 'true',
    });
    this.tavus.onCreated = (conversation) => this.created(conversation);
    this.tavus.onEnded = (conversation) => this.ended(conversation, 'end_conversation_endpoint_hit');
  }

  async addReplica(): Promise<void> {
    const store = new ProbedStore(this.store);
    const log = new LogMemory();
    log.write = (text: string) => {
      this.lines.push({ ...JSON.parse(text), ms: this.time.now() });
      return true;
    };
    let die = (): void => undefined;
    const death = new Promise<void>((resolve) => (die = resolve));
    let left = Infinity;
    let moment = 'before';
    const reach: Reach = (now) => {
      if (now === 'before') left -= 1;
      if (left === 0 && now === moment && !replica.isDead) {
        replica.isDead = true;
        this.kills.push(this.time.now());
        die();
      }
      return replica.isDead ? never() : undefined;
    };
    store.before = () => reach('before');
    store.after = () => reach('after');
    const { sender } = this.tavus;
    const dispatcher = {
      request: async (...args: Parameters<typeof sender.request>) => {
        await reach('before');
        const answer = await sender.request(...args);
        await reach('after');
        return answer;
      },
    };
    const backend = await buildApp(this.config, {
      clock: this.time,
      store,
      dispatcher,
      ...defined({ recordings: this.openBucket(log, reach) }),
      logStream: log,
      limits: null,
      monotonicMs: () => this.time.now(),
    });
    const url = await backend.app.listen({ host: '127.0.0.1', port: 0 });
    const replica: Replica = {
      backend,
      url,
      store,
      log,
      isDead: false,
      death,
      killIn(calls, when) {
        left = calls;
        moment = when;
      },
    };
    this.servers.push(backend.app.server);
    this.replicas.push(replica);
    const tick = async (): Promise<void> => {
      if (replica.isDead) return;
      this.time.in(this.isCalm ? CALM_TICK_SEC : TICK_SEC, tick);
      void this.alive(replica, backend.watch.tick());
      await this.quiet();
    };
    // Not all at the same moment.
    this.time.in(this.random.below(TICK_SEC), tick);
  }

  /** The bucket as the backend opens it, without AWS. */
  private openBucket(log: LogMemory, reach: Reach): MonitoredBucket | undefined {
    const { access } = this.config;
    if (access === undefined) return undefined;
    return openBucket(access, {
      log: createLogger(this.config, new LineSink(log)),
      now: () => this.time.now(),
      open: async () => new ReachedBucket(this.bucket, reach),
    });
  }

  /** Starts an outage of Tavus of this number of seconds. */
  leaveTavusAway(second: number, forSec: number): void {
    this.time.in(second, () => {
      this.tavus.isAway = true;
      this.away.push([this.time.now(), this.time.now() + forSec * 1000]);
    });
    this.time.in(second + forSec, () => {
      this.tavus.isAway = false;
    });
  }

  /** Makes the bucket unreadable for this number of seconds: it refuses requests, or its listings break off. */
  leaveBucketUnreadable(second: number, forSec: number): void {
    const isTruncated = this.random.chance(0.5);
    this.time.in(second, () => {
      if (isTruncated) this.bucket.cutListings(0);
      else this.bucket.deny('denied');
      this.away.push([this.time.now(), this.time.now() + forSec * 1000]);
    });
    this.time.in(second + forSec, () => {
      this.bucket.cutListings(undefined);
      this.bucket.deny(undefined);
    });
  }

  /** Kills a replica at one of its next calls, and replaces it. */
  kill(): void {
    const living = this.replicas.filter(({ isDead }) => !isDead);
    this.random.pick(living).killIn(1 + this.random.below(30), this.random.pick(['before', 'after']));
    const replace = async (): Promise<void> => {
      this.replicas.splice(0, Infinity, ...this.replicas.filter(({ isDead }) => !isDead));
      if (this.replicas.length < 2) await this.addReplica();
      else this.time.in(REPLACE_SEC, replace);
    };
    this.time.in(REPLACE_SEC, replace);
  }

  /** The result of a call, unless its process dies meanwhile. */
  private async alive<T>(replica: Replica, work: Promise<T>): Promise<T | undefined> {
    this.pending += 1;
    const result = await Promise.race([work, replica.death.then(() => undefined)]);
    this.pending -= 1;
    return result;
  }

  /** Sends a request to one of the replicas. Undefined: no response. */
  async post(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly json: Record<string, string> } | undefined> {
    const living = this.replicas.filter(({ isDead }) => !isDead);
    if (living.length === 0) return undefined;
    const replica = this.random.pick(living);
    const send = async () => {
      const reply = await fetch(`${replica.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: reply.status, json: JSON.parse(await reply.text()) };
    };
    return this.alive(replica, send());
  }

  async start(): Promise<SimulatedCaller | undefined> {
    const consent = {
      text_version: CONSENT_TEXT_VERSIONS[0],
      accepted_at: new Date(this.time.now()).toISOString(),
      locale: 'en-GB',
    };
    return this.startWith({ consent });
  }

  async startWith(body: object): Promise<SimulatedCaller | undefined> {
    const answer = await this.post('/tavus/start', body);
    if (answer?.status !== 200) return undefined;
    const { conversation_id: id = '', page_token: token = '' } = answer.json;
    const conversation = this.tavus.conversations.get(id);
    return conversation === undefined ? undefined : new SimulatedCaller(this, conversation, token);
  }

  private created(conversation: FakeConversation): void {
    this.time.in(3, () => this.tell(conversation, 'system.replica_joined', { replica_id: 'r' }));
    this.time.in(ABSENT_SEC, () => {
      if (!this.joined.has(conversation.id)) this.end(conversation, 'participant_absent_timeout reached');
    });
  }

  /** Conversations with a participant. */
  readonly joined = new Set<string>();
  /** Conversations whose callbacks are all lost. */
  readonly deaf = new Set<string>();
  /** Conversations whose callbacks are duplicated and late. */
  readonly messy = new Set<string>();

  end(conversation: FakeConversation, reason: string): void {
    if (!conversation.isActive) return;
    conversation.isActive = false;
    this.ended(conversation, reason);
  }

  private ended(conversation: FakeConversation, reason: string): void {
    this.tell(conversation, 'system.shutdown', { shutdown_reason: reason });
    this.tell(conversation, 'application.transcription_ready', { transcript: [] });
  }

  /** Logs an event and sends one callback: Tavus is not known to retry. */
  tell(conversation: FakeConversation, type: string, properties: object, isLogged = true): void {
    const event: TavusEvent = {
      event_type: type,
      timestamp: new Date(this.time.now()).toISOString(),
      properties: { ...properties },
    };
    if (isLogged) conversation.log.push(event);
    if (this.deaf.has(conversation.id) || conversation.callbackUrl === '') return;
    const { pathname } = new URL(conversation.callbackUrl);
    const send = async (): Promise<void> => {
      void this.post(pathname, { conversation_id: conversation.id, message_type: 'x', ...event });
      await this.quiet();
    };
    if (!this.messy.has(conversation.id)) return this.time.in(0, send);
    for (let copies = 1 + this.random.below(3); copies > 0; copies -= 1) {
      this.time.in(this.random.below(30), send);
    }
  }

  /** Waits until no task is running, except those that wait for the fake clock. */
  async quiet(): Promise<void> {
    const untilMs = performance.now() + STUCK_MS;
    while (this.pending > 0 && performance.now() < untilMs) await settle(1);
    await settle(2);
  }

  async close(): Promise<void> {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** The page that started a conversation, with its person. */
export class SimulatedCaller {
  private reports = 0;

  constructor(
    readonly cloud: SimulatedCloud,
    readonly conversation: FakeConversation,
    private readonly token: string,
  ) {}

  get id(): string {
    return this.conversation.id;
  }

  /** Sends a report until a replica has accepted it. */
  page(
    event: string,
    given: { readonly session?: string; readonly recording?: number; readonly message?: string } = {},
  ): void {
    const { session = 'one', recording, message } = given;
    this.reports += 1;
    const body = {
      event,
      at: new Date(this.cloud.time.now()).toISOString(),
      ...(session === 'none'
        ? {}
        : {
            report_id: uuid(`${this.id} report ${this.reports}`),
            page_session: uuid(`${this.id} ${session}`),
          }),
      ...(recording === undefined ? {} : { recording_id: uuid(`${this.id} recording ${recording}`) }),
      ...(message === undefined ? {} : { message }),
    };
    this.send(`/tavus/recording-events/${this.id}`, body);
  }

  /** Ends the call through the backend. */
  endByPage(): void {
    this.send(`/tavus/end/${this.id}`, {});
  }

  join(session = 'one'): void {
    this.cloud.joined.add(this.id);
    if (session !== '') this.page('joined', { session });
  }

  private async attempt(path: string, body: object, again: () => Promise<void>): Promise<void> {
    const answer = await this.cloud.post(path, body, { 'x-page-token': this.token });
    if (answer?.status !== 200) this.cloud.time.in(AGAIN_SEC, again);
  }

  private send(path: string, body: object): void {
    const { cloud } = this;
    const send = async (): Promise<void> => {
      void this.attempt(path, body, send);
      await cloud.quiet();
    };
    cloud.time.in(0, send);
  }
}

/** A deterministic UUID for a text. */
export function uuid(words: string): string {
  let hash = 0n;
  for (const letter of words) hash = (hash * 1_000_003n + BigInt(letter.codePointAt(0) ?? 0)) % (1n << 120n);
  const digits = hash.toString(16).padStart(30, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
}
