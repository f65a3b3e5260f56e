import { defined } from '../../../contract/defined';
import type { App } from '../../http/fastify-types';
import { HttpProblem } from '../../http/problem';
import { invalidFields, notFound } from '../../http/problems';
import type { FactOf } from '../../ledger/facts';
import { lookUpStart } from '../../ledger/look-up';
import type { KnownRecording } from '../../ledger/recordings';
import { stateOf } from '../../ledger/states';
import { BucketUnreadable } from '../../recordings/bucket';
import { noLinkReason } from '../../recordings/no-link';
import { assertOperator, type AuthenticatedOperator } from '../../security/operator';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import { isoTime } from './list';
import { versionsOf } from './one';
import type { ForOperators } from './operators';
import { link, linkBody, oneParams, operatorHeaders } from './schemas';

const noLink = (detail: string): HttpProblem =>
  new HttpProblem({ type: 'no-link', status: 409, title: 'This recording cannot be played', detail });

const unreadable = (error: BucketUnreadable): HttpProblem =>
  new HttpProblem({
    type: 'bucket-unreadable',
    status: 503,
    title: 'The bucket cannot be read',
    detail: `The recording could not be checked (${error.reason}). The log says why; run \`npx recordings doctor\` to find the fix.`,
    cause: error,
  });

/** One view per recording, kind and page load: a link that replaces an expired one is the same view. */
function viewOf(
  recording: KnownRecording,
  {
    session,
    isDownload,
    at,
  }: { readonly session: string; readonly isDownload: boolean; readonly at: number },
  by: AuthenticatedOperator['by'],
): FactOf<'viewed'> {
  const how = isDownload ? 'downloaded' : 'played';
  const id = `${session}~${recording.startedMs}~${how}`;
  return { kind: 'viewed', at, id, key: recording.key, how, by };
}

/** With the key the viewer states their name; with a sign-in Entra does. */
function viewerOf(
  operator: AuthenticatedOperator,
  viewer: string | undefined,
): { name?: string; principal?: string } {
  if (operator.by === 'sign-in') return defined({ name: operator.name, principal: operator.principal });
  if (viewer !== undefined) return { name: viewer };
  throw invalidFields([
    { field: 'body.viewer', problem: 'is missing: the operator key is shared, so name the viewer' },
  ]);
}

/** Such as `c0123456789abcde-2026-06-01T10-00-00Z.mp4`. */
const fileNameOf = (conversationId: string, { startedMs }: KnownRecording): string =>
  `${conversationId}-${isoTime(startedMs).slice(0, 19).replaceAll(':', '-')}Z.mp4`;

/**
 * `POST /recordings/api/conversations/:id/link`: a URL from which a browser can fetch one recording for 15 minutes. The
 * viewer is in the ledger before the link is sent.
 */
export function addLink(app: App, context: AppContext, options: ForOperators): void {
  const { config, ledger, now, recordings: bucket } = context;
  app.post(
    '/recordings/api/conversations/:id/link',
    {
      ...options,
      schema: {
        summary: 'A link to one recording, valid for 15 minutes. The ledger records the viewer.',
        params: oneParams,
        headers: operatorHeaders,
        body: linkBody,
        response: { 200: link, ...problems(400, 401, 403, 404, 408, 409, 413, 415, 421, 429, 500, 503) },
      },
    },
    async ({ headers, params, body, log }) => {
      const operator = assertOperator(context, headers);
      const person = viewerOf(operator, body.viewer);
      const known = await lookUpStart(ledger, params.id);
      const recording = known && stateOf(known.facts).recordings.find(({ key }) => key === body.key);
      if (known === undefined || recording === undefined) throw notFound();
      const { summary, facts } = known;
      const reason = noLinkReason(facts, recording, config.access);
      if (reason !== undefined || bucket === undefined) throw noLink(reason ?? 'There is no bucket.');
      const wanted = body.version_id ?? recording.versionId;
      if (
        body.version_id !== undefined &&
        !versionsOf(facts, body.key).some((one) => one.versionId === wanted)
      )
        throw notFound();
      try {
        const head = await bucket.head(body.key, wanted);
        if (head === undefined)
          throw noLink('It is no longer in the bucket. The list of facts shows when it was last seen.');
        const isDownload = body.download === true;
        const { url, expiresMs } = await bucket.link(body.key, {
          versionId: head.versionId,
          ...(isDownload && { fileName: fileNameOf(summary.conversation ?? summary.start, recording) }),
        });
        const view = viewOf(recording, { session: body.page_session, isDownload, at: now() }, operator.by);
        const who = { kind: 'person', at: view.at, of: `viewed:${view.id}`, ...person } as const;
        if ((await ledger.add(summary.start, view, who)) === 'added') {
          log.info({ conversation_id: summary.conversation, by: view.by, how: view.how }, 'Recording viewed');
        }
        return { url, expires_at: isoTime(expiresMs) };
      } catch (error) {
        throw error instanceof BucketUnreadable ? unreadable(error) : error;
      }
    },
  );
}
