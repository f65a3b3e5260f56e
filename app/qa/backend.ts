import { readConfig, readConversation, readProblem, readStatus } from './answers';
import type { BackendPort, StartedConversation, Notice } from './ports';
import { browserSignals, pageReports, sendReportsTo } from './page-reports';
import { SIGN_IN, UNANSWERED } from './texts';

/** Longer than the backend waits for Tavus, so that its own answer arrives. */
const START_MS = 60_000;
const ANSWER_MS = 10_000;

const JSON_TYPE = { 'content-type': 'application/json' };

const problemOf = async (response: Response): Promise<Notice> =>
  readProblem(await response.json().catch(() => undefined), response.status);

/** @throws an error with the words of the problem, unless the answer is a success. */
async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  const { title, detail } = await problemOf(response);
  throw new Error(`${title}. ${detail}`);
}

const within = (ms: number): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(ms) });
const pathOf = (what: string, { id }: StartedConversation): string =>
  `/tavus/${what}/${encodeURIComponent(id)}`;

/** The backend of this page, on its own origin. */
export const backend: BackendPort = {
  async config() {
    const response = await expectOk(await fetch('/qa/config', within(ANSWER_MS)));
    return readConfig(await response.json());
  },

  async start({ idempotencyKey, body }, key) {
    const headers = {
      ...JSON_TYPE,
      'idempotency-key': idempotencyKey,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    };
    try {
      const request = { method: 'POST', headers, body: JSON.stringify(body), ...within(START_MS) };
      // A sign-in answers by sending the browser elsewhere, where nobody starts anything.
      const response = await fetch('/tavus/start', { ...request, redirect: 'manual' });
      if (response.type === 'opaqueredirect') return { kind: 'refused', problem: SIGN_IN };
      if (response.status === 401) return { kind: 'key-refused' };
      if (!response.ok) return { kind: 'refused', problem: await problemOf(response) };
      return { kind: 'started', conversation: readConversation(await response.json()) };
    } catch {
      // A connection that broke, or an answer cut short: the conversation may exist.
      return { kind: 'unanswered', problem: UNANSWERED };
    }
  },

  async end(conversation) {
    const headers = { 'x-page-token': conversation.pageToken };
    await expectOk(
      await fetch(pathOf('end', conversation), { method: 'POST', headers, ...within(ANSWER_MS) }),
    );
  },

  endWhenBack(conversation) {
    const stop = browserSignals.onBack(() => void backend.end(conversation).then(stop, () => undefined));
  },

  endOnPageHide(conversation) {
    const body = JSON.stringify({ page_token: conversation.pageToken });
    // keepalive lets the request outlive the page; nobody is left to hear of a failure.
    void fetch(pathOf('end', conversation), {
      method: 'POST',
      keepalive: true,
      headers: JSON_TYPE,
      body,
    }).catch(() => undefined);
  },

  reports: (conversation) =>
    pageReports(sendReportsTo(pathOf('recording-events', conversation), conversation.pageToken)),

  async status(conversation) {
    const headers = { 'x-page-token': conversation.pageToken };
    const response = await expectOk(
      await fetch(pathOf('status', conversation), { headers, ...within(ANSWER_MS) }),
    );
    return readStatus(await response.json());
  },
};
