import * as z from 'zod';
import { OPERATOR_KEY_HEADER } from '../../contract/operator-key-header';
import { STATE_NAMES } from '../../app/ledger/states';
import { messageOf, StepStopped } from './steps';
import type { StartedCall } from './call';

const CONFIG = z.object({
  recording: z.object({ enabled: z.boolean() }),
  keyRequired: z.boolean(),
  roomOrigin: z.url(),
});

const STATUS = z.object({
  recording: z.enum(STATE_NAMES),
  cause: z.string().optional(),
  recordings: z.array(z.object({ key: z.string(), size: z.int().optional(), verified: z.boolean() })),
});

/** What `/qa` has to know. */
export type QaConfigSubset = z.output<typeof CONFIG>;
/** What a page may know of its recording. */
export type CallStatus = z.output<typeof STATUS>;

const ANSWER_MS = 20_000;

/** Who asks. */
export interface BackendCredentials {
  /** Undefined: it is not at hand. */
  readonly startKey: string | undefined;
  readonly operatorKey: string | undefined;
  /** A token for a backend behind Easy Auth, of an app with the roles of an operator. */
  readonly token: (() => Promise<string>) | undefined;
}

/** The backend under test, as its pages and an operator ask it. */
export class BackendClient {
  readonly operatorKey: string | undefined;

  /** @param origin its public address, without a path */
  constructor(
    readonly origin: string,
    private readonly credentials: BackendCredentials,
  ) {
    this.operatorKey = credentials.operatorKey;
  }

  /** Whether a start may be marked as a proof, and its recording be seen. */
  get isOperator(): boolean {
    return this.operatorKey !== undefined || this.credentials.token !== undefined;
  }

  get startKey(): string | undefined {
    return this.credentials.startKey;
  }

  /** What proves something to the backend, and must reach nobody else. */
  async headers(): Promise<Readonly<Record<string, string>>> {
    const { token, operatorKey } = this.credentials;
    return {
      ...(token === undefined ? {} : { authorization: `Bearer ${await token()}` }),
      // A header of its own: a page sends the start key as `Authorization`.
      ...(operatorKey === undefined ? {} : { [OPERATOR_KEY_HEADER]: operatorKey }),
    };
  }

  /** Undefined: it has no `/qa`. @throws StepStopped when nothing answers, or recording is off */
  async config(): Promise<QaConfigSubset | undefined> {
    const response = await this.ask('/qa/config').catch((error: unknown) => {
      throw new StepStopped(
        'not-tried',
        `nothing answers at ${this.origin}: ${messageOf(error)}`,
        'Start the backend, or correct --url.',
      );
    });
    if (response.status === 404) return undefined;
    const config = CONFIG.safeParse(await response.json().catch(() => undefined)).data;
    if (!response.ok || config === undefined) {
      throw new StepStopped(
        'not-tried',
        `HTTP ${response.status} from /qa/config`,
        'Name a backend of this project with --url; behind a sign-in pass --entra-app.',
      );
    }
    if (!config.recording.enabled) {
      throw new StepStopped('failed', 'recording is off', 'Set TAVUS_ENABLE_RECORDING=true.');
    }
    return config;
  }

  /** Asks as the page does, so that a wrong key is found before anything is started. @throws StepStopped */
  async assertMayStart(): Promise<void> {
    const { startKey } = this;
    const fix = 'Give the START_API_KEY of this backend in the environment or by --env-file.';
    if (startKey === undefined) throw new StepStopped('not-tried', 'it asks for the start key', fix);
    const response = await this.ask('/qa/access', { headers: { authorization: `Bearer ${startKey}` } });
    await response.body?.cancel();
    if (response.status === 401) throw new StepStopped('not-tried', 'it does not accept the start key', fix);
    if (!response.ok) throw new StepStopped('not-tried', `HTTP ${response.status} from /qa/access`);
  }

  /** Undefined: the backend does not know this call, or not any more. @throws when it gives no answer */
  async status({ conversationId, pageToken }: StartedCall): Promise<CallStatus | undefined> {
    const path = `/tavus/status/${conversationId}`;
    const response = await this.ask(path, { headers: { 'x-page-token': pageToken } });
    if (response.status === 404) return undefined;
    const status = STATUS.safeParse(await response.json().catch(() => undefined)).data;
    if (!response.ok || status === undefined) throw new Error(`HTTP ${response.status} from ${path}`);
    return status;
  }

  async end({ conversationId, pageToken }: StartedCall): Promise<void> {
    const response = await this.ask(`/tavus/end/${conversationId}`, {
      method: 'POST',
      headers: { 'x-page-token': pageToken },
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  }

  /** As the pages for operators do. */
  async askAsOperator(path: string): Promise<Response> {
    const { operatorKey } = this.credentials;
    return this.ask(path, {
      headers: operatorKey === undefined ? {} : { authorization: `Bearer ${operatorKey}` },
    });
  }

  /** Redirects are not followed: the headers are for this origin alone. */
  async ask(
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    return fetch(new URL(path, this.origin), {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...init,
      headers: { ...(await this.headers()), ...init.headers },
    });
  }
}
