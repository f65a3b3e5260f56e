import type { App } from '../../http/fastify-types';
import { HttpProblem } from '../../http/problem';
import { notFound } from '../../http/problems';
import { lookUpStart } from '../../ledger/look-up';
import { stateOf } from '../../ledger/states';
import { captionsOf } from '../../recordings/captions';
import { noLinkReason } from '../../recordings/no-link';
import { problemOf } from '../../tavus/errors';
import { transcriptIn } from '../../tavus/transcript';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import type { ForOperators } from './operators';
import { captionsQuery, oneParams, operatorHeaders } from './schemas';

const noCaptions = (detail: string): HttpProblem =>
  new HttpProblem({ type: 'no-captions', status: 404, title: 'No captions', detail });

/** `GET /recordings/api/conversations/:id/captions.vtt`: captions of one recording, from Tavus's transcript. */
export function addCaptions(app: App, context: AppContext, options: ForOperators): void {
  const { config, ledger, tavus, mask } = context;
  app.get(
    '/recordings/api/conversations/:id/captions.vtt',
    {
      ...options,
      schema: {
        summary: 'Captions of one recording as WebVTT, from the transcript at Tavus.',
        params: oneParams,
        headers: operatorHeaders,
        querystring: captionsQuery,
        response: problems(400, 401, 403, 404, 421, 429, 500, 502, 503, 504),
      },
    },
    async ({ params, query }, reply) => {
      const known = await lookUpStart(ledger, params.id);
      const recording = known && stateOf(known.facts).recordings.find(({ key }) => key === query.key);
      const id = known?.summary.conversation;
      if (known === undefined || recording === undefined || id === undefined) throw notFound();
      const reason = noLinkReason(known.facts, recording, config.access);
      if (reason !== undefined) throw noCaptions(`There is nothing to watch. ${reason}`);
      const exchange = await tavus.getTranscript(id);
      if (exchange.kind !== 'answered' || exchange.status !== 200) throw problemOf(exchange, mask);
      const captions = captionsOf(transcriptIn(exchange.body, id) ?? [], recording.startedMs);
      if (captions === undefined) {
        throw noCaptions('Tavus has no transcript of this conversation whose entries have times.');
      }
      return reply.type('text/vtt; charset=utf-8').send(captions);
    },
  );
}
