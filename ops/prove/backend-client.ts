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

/** The fields of `/qa/config` that the proof uses. */
export type QaConfigSubset = z.output<typeof CONFIG>;
/** Answer of `/tavus/status`. */
export type CallStatus = z.output<typeof STATUS>;

const REQUEST_TIMEOUT_MS = 20_000;

/** Each is undefined when it is not configured. */
export interface BackendCredentials {
  readonly startKey: string | undefined;
  readonly operatorKey: string | undefined;
  /** Returns a token for a backend behind Easy Auth, of an app with the operator roles. */
  readonly token: (() => Promise<string>) | undefined;
}

/** Requests to the backend under test, as its pages and an operator make them. */
export class BackendClient {
  readonly operatorKey: string | undefined;

  /** @param origin its public address, without a path */
  constructor(
    readonly origin: string,
    private readonly credentials: BackendCredentials,
  ) {
    this.operatorKey = credentials.operatorKey;
  }

  /** Whether starts can be marked as proofs and recordings can be viewed. */
  get isOperator(): boolean {
    return this.operatorKey !== undefined || this.credentials.token !== undefined;
  }

  get startKey(): string | undefined {
    return this.credentials.startKey;
  }

  /** Authentication headers. They must only be sent to the backend. */
  async headers(): Promise<Readonly<Record<string, string>>> {
    const { token, operatorKey } = this.credentials;
    return {
      ...(token === undefined ? {} : { authorization: `Bearer ${await token()}` }),
      // Not in `Authorization`: a page sends the start key there.
      ...(operatorKey === undefined ? {} : { [OPERATOR_KEY_HEADER]: operatorKey }),
    };
  }

  /** Undefined: the backend has no `/qa`. @throws StepStopped when it does not answer or recording is off */
  async config(): Promise<QaConfigSubset | undefined> {
    const response = await this.ask('/qa/config').catch((error: unknown) => {
      throw new StepStopped(
        'not-tried',
        `${this.origin} does not answer: ${messageOf(error)}`,
        'Start the backend, or correct --url.',
      );
    });
    if (response.status === 404) return undefined;
    const config = CONFIG.safeParse(await response.json().catch(() => undefined)).data;
    if (!response.ok || config === undefined) {
      throw new StepStopped(
        'not-tried',
        `HTTP ${response.status} from /qa/config`,
        'Give the address of a backend of this project with --url. If it requires a sign-in, give --entra-app too.',
      );
    }
    if (!config.recording.enabled) {
      throw new StepStopped('failed', 'recording is off', 'Set TAVUS_ENABLE_RECORDING=true.');
    }
    return config;
  }

  /** Checks the start key before a conversation is started. @throws StepStopped */
  async assertMayStart(): Promise<void> {
    const { startKey } = this;
    const fix = 'Set START_API_KEY of this backend in the environment or in the file of --env-file.';
    if (startKey === undefined) throw new StepStopped('not-tried', 'it requires a start key', fix);
    const response = await this.ask('/qa/access', { headers: { authorization: `Bearer ${startKey}` } });
    await response.body?.cancel();
    if (response.status === 401) throw new StepStopped('not-tried', 'it does not accept the start key', fix);
    if (!response.ok) throw new StepStopped('not-tried', `HTTP ${response.status} from /qa/access`);
  }

  /** Undefined: the backend does not know this call. @throws when it gives no valid answer */
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

  /** Sends a request as the operators' page does. */
  async askAsOperator(path: string): Promise<Response> {
    const { operatorKey } = this.credentials;
    return this.ask(path, {
      headers: operatorKey === undefined ? {} : { authorization: `Bearer ${operatorKey}` },
    });
  }

  /** Does not follow redirects: the headers are only for this origin. */
  async ask(
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    return fetch(new URL(path, this.origin), {
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...init,
      headers: { ...(await this.headers()), ...init.headers },
    });
  }
}
