import { readQaConfig, readConversation, readProblem, readStatus } from './answers';
import { askBackend, bearer, JSON_TYPE, type BackendAnswer } from './ask';
import { sendReportsTo } from './page-reports';
import type { BackendPort, StartedConversation } from './ports';
import { UNANSWERED, UNREACHABLE } from './texts';

/** Longer than the timeout of the backend for Tavus. */
const START_MS = 60_000;

/** @throws an error with the text of the problem */
function expectOk({ kind, status, body }: BackendAnswer): unknown {
  if (kind === 'ok') return body;
  const { title, detail } = readProblem(body, status);
  throw new Error(`${title}. ${detail}`);
}

const pathOf = (what: string, { id }: StartedConversation): string =>
  `/tavus/${what}/${encodeURIComponent(id)}`;
const tokenOf = ({ pageToken }: StartedConversation): Record<string, string> => ({
  'x-page-token': pageToken,
});

const isInProgress = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'type' in body &&
  String(body.type).endsWith(':start-in-progress');

/** The backend of this page, on its own origin. */
export const backend: BackendPort = {
  async config() {
    const answer = await askBackend('/qa/config', {});
    return answer.kind === 'sign-in' ? 'sign-in' : readQaConfig(expectOk(answer));
  },

  async access(key) {
    try {
      const { kind, status, body } = await askBackend('/qa/access', { headers: bearer(key) });
      if (kind === 'ok') return { kind: 'allowed' };
      if (kind === 'sign-in') return { kind };
      if (kind === 'unauthorized') return { kind: 'key-refused' };
      return { kind: 'unknown', problem: readProblem(body, status) };
    } catch {
      return { kind: 'unknown', problem: UNREACHABLE };
    }
  },

  async start({ idempotencyKey, body }, key) {
    const headers = { ...JSON_TYPE, 'idempotency-key': idempotencyKey, ...bearer(key) };
    try {
      const request = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await askBackend('/tavus/start', request, START_MS);
      if (answer.kind === 'sign-in') return { kind: 'sign-in' };
      if (answer.kind === 'unauthorized') return { kind: 'key-refused' };
      if (answer.kind === 'refused') {
        const problem = readProblem(answer.body, answer.status);
        // The same start is still running; another one would be billed too.
        return { kind: isInProgress(answer.body) ? 'unanswered' : 'refused', problem };
      }
      return { kind: 'started', conversation: readConversation(answer.body) };
    } catch {
      // Without a complete answer the conversation may exist.
      return { kind: 'unanswered', problem: UNANSWERED };
    }
  },

  async end(conversation) {
    try {
      const request = { method: 'POST', headers: tokenOf(conversation) };
      const { kind } = await askBackend(pathOf('end', conversation), request);
      if (kind === 'ok') return 'ended';
      return kind === 'sign-in' ? 'sign-in' : 'not-told';
    } catch {
      return 'not-told';
    }
  },

  endOnPageHide(conversation) {
    const body = JSON.stringify({ page_token: conversation.pageToken });
    // keepalive lets the request outlive the page. A failure cannot be shown any more.
    void fetch(pathOf('end', conversation), {
      method: 'POST',
      keepalive: true,
      headers: JSON_TYPE,
      body,
    }).catch(() => undefined);
  },

  report: (conversation, report) =>
    sendReportsTo(pathOf('recording-events', conversation), conversation.pageToken)(report),

  async status(conversation) {
    return readStatus(
      expectOk(await askBackend(pathOf('status', conversation), { headers: tokenOf(conversation) })),
    );
  },
};
