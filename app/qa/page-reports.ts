import type { PageEvent } from './record-when-joined';

/**
 * Reports the events of the call to the backend, so that it learns within minutes that a recording is missing, and
 * why. Like `record-when-joined.ts`, this file can be copied into any front end.
 */

/** Body of `POST /tavus/recording-events/:conversation_id`. */
export interface PageReport {
  readonly event: PageEvent['event'];
  /** ISO time of the browser clock. */
  readonly at: string;
  /** Unchanged when the report is sent again, so that it counts once. */
  readonly report_id: string;
  /** The same for all reports of one load of the page. */
  readonly page_session: string;
  readonly recording_id?: string;
  readonly instance_id?: string;
  readonly message?: string;
}

/** Sends one report. Resolves when the backend accepted or finally refused it; rejects when it should be sent again. */
export type SendReport = (report: PageReport) => Promise<void>;

/** Browser events; tests replace them. Each function returns a function that unsubscribes. */
export interface PageSignals {
  /** The page is online or visible again. */
  onBack(handler: () => void): () => void;
  /** The page is hidden, perhaps for good. */
  onHide(handler: () => void): () => void;
  after(ms: number, callback: () => void): () => void;
}

export interface PageReports {
  /** Never rejects, never waits. Pass it to `recordWhenJoined` as `tell`. */
  readonly tell: (event: PageEvent) => void;
  /** Reports once that the person left or never joined, for a room that sends no event. */
  left(): void;
  /** Resolves once each report was attempted. */
  tried(): Promise<void>;
  /** Accepts no more reports; unsubscribes from the browser once all are sent. */
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

/** Statuses after which the report should be sent again. */
const isRetryable = (status: number): boolean =>
  status === 401 || status === 408 || status === 429 || status >= 500;

/** Sends reports to `/tavus/recording-events/<conversation id>`, the `address`. */
export function sendReportsTo(address: string, pageToken: string): SendReport {
  return async (report) => {
    const response = await fetch(address, {
      method: 'POST',
      // The request outlives the page.
      keepalive: true,
      // An expired sign-in redirects to another origin, which accepts no reports.
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

/** Created later: a page without https has no `randomUUID`, and must still load to show that. */
let pageSession: string | undefined;

/**
 * Sends reports one after the other. A failed one is sent again after a pause, and when the page is online or visible
 * again. A page that is hidden sends all pending reports and that the person left.
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
    // A component mounted twice joins twice.
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
    // Also without a join: then no recording is expected.
    if (presence !== 'left') add({ event: 'left' });
    // All at once, because there is no time to send them in order.
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
