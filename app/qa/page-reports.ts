import type { PageEvent } from './record-when-joined';

/**
 * Tells the backend what happens in the call: how it knows, within minutes, that a recording is missing, and why. Like
 * `record-when-joined.ts` it can be copied into any front end.
 */

/** Body of `POST /tavus/recording-events/:conversation_id`. */
export interface PageReport {
  readonly event: PageEvent['event'];
  /** ISO time by the clock of this browser. */
  readonly at: string;
  /** The same when the report is sent again, so that it counts once. */
  readonly report_id: string;
  /** The same for all reports of one load of the page. */
  readonly page_session: string;
  readonly recording_id?: string;
  readonly instance_id?: string;
  readonly message?: string;
}

/** Sends one report. Resolves when the backend has it, or never wants it; rejects when it should be sent again. */
export type SendReport = (report: PageReport) => Promise<void>;

/** The browser, or a test in its place. Each function returns what stops it. */
export interface PageSignals {
  /** Online again, or visible again. */
  onBack(handler: () => void): () => void;
  /** The page goes away, perhaps for ever. */
  onHide(handler: () => void): () => void;
  after(ms: number, callback: () => void): () => void;
}

export interface PageReports {
  /** Never rejects, never waits. Give it to `recordWhenJoined` as its `tell`. */
  readonly tell: (event: PageEvent) => void;
  /** Tells that the person has left, or never came in, unless that is told. For a room that says nothing of it. */
  left(): void;
  /** Resolves once each report has been tried. */
  tried(): Promise<void>;
  /** Nothing more will be told: stops listening to the browser once everything is sent. */
  close(): void;
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

export const browserSignals: PageSignals = {
  onBack(handler) {
    const whenVisible = (): void => (document.visibilityState === 'visible' ? handler() : undefined);
    addEventListener('online', handler);
    document.addEventListener('visibilitychange', whenVisible);
    return () => {
      removeEventListener('online', handler);
      document.removeEventListener('visibilitychange', whenVisible);
    };
  },
  onHide(handler) {
    addEventListener('pagehide', handler);
    return () => removeEventListener('pagehide', handler);
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Statuses after which the same report may still be taken: not signed in any more, too slow, too many, or a failure. */
const isRetryable = (status: number): boolean =>
  status === 401 || status === 408 || status === 429 || status >= 500;

/** Sends reports to `/tavus/recording-events/<conversation id>`, the `address`. */
export function sendReportsTo(address: string, pageToken: string): SendReport {
  return async (report) => {
    const response = await fetch(address, {
      method: 'POST',
      // The request outlives a page that is closed meanwhile.
      keepalive: true,
      // A sign-in that has expired redirects to another origin, where nobody takes reports.
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'x-page-token': pageToken },
      body: JSON.stringify(report),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.type === 'opaqueredirect' || isRetryable(response.status)) {
      throw new Error(`${address} answered ${response.status}.`);
    }
  };
}

/** Not in the module's body: a page without https has no `randomUUID`, and must still be able to say so. */
let pageSession: string | undefined;

/**
 * Sends reports one after the other, in their order. One that does not get through is sent again: after a pause, and when
 * the browser is online or visible again. A page that goes away sends what is left, and that its person has left.
 */
export function pageReports(send: SendReport, signals: PageSignals = browserSignals): PageReports {
  pageSession ??= crypto.randomUUID();
  const session = pageSession;
  const waiting: PageReport[] = [];
  let sending: Promise<void> | undefined;
  let failures = 0;
  let presence: 'joined' | 'left' | undefined;
  let isClosed = false;
  let cancelRetry = (): void => undefined;

  const drain = async (): Promise<void> => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        await send(next);
        failures = 0;
        waiting.shift();
      } catch {
        const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
        failures += 1;
        cancelRetry = signals.after(pauseMs, sendAll);
        break;
      }
    }
    sending = undefined;
    if (isClosed && waiting.length === 0) stopListening();
  };
  const sendAll = (): void => {
    cancelRetry();
    if (waiting.length > 0) sending ??= drain();
  };
  const add = ({ event, recordingId, instanceId, message }: PageEvent): void => {
    // A component that is mounted twice joins twice.
    if ((event === 'joined' || event === 'left') && event === presence) return;
    if (event === 'joined' || event === 'left') presence = event;
    waiting.push({
      event,
      at: new Date().toISOString(),
      report_id: crypto.randomUUID(),
      page_session: session,
      ...(recordingId === undefined ? {} : { recording_id: recordingId }),
      ...(instanceId === undefined ? {} : { instance_id: instanceId }),
      ...(message === undefined ? {} : { message }),
    });
  };
  const left = (): void => {
    if (presence !== 'left') add({ event: 'left' });
    sendAll();
  };
  const onHide = (): void => {
    // Also of a person who has never joined: that nobody came is no recording that is missing.
    if (presence !== 'left') add({ event: 'left' });
    // All at once: there is no time left to wait for the one before.
    for (const report of waiting) void send(report).catch(() => undefined);
  };

  const stops = [signals.onBack(sendAll), signals.onHide(onHide)];
  const stopListening = (): void => {
    for (const stop of stops) stop();
  };
  return {
    tell(event) {
      add(event);
      sendAll();
    },
    left,
    tried: () => sending ?? Promise.resolve(),
    close() {
      isClosed = true;
      if (waiting.length === 0) stopListening();
    },
  };
}
