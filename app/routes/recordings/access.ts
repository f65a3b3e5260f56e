import type * as z from 'zod';
import { defined } from '../../../contract/defined';
import type { App } from '../../http/fastify-types';
import { timeWords } from '../../ledger/fact-words';
import { assertOperator } from '../../security/operator';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import type { ForOperators } from './operators';
import { access, operatorHeaders } from './schemas';

/** Limits of the list that an operator must know. */
function notesOf({ config, recordings }: AppContext): string[] {
  const sinceMs = recordings?.unreadableSinceMs;
  const notes = [
    config.ledger.location === undefined &&
      'The ledger is in memory: the next restart loses this list. Set LEDGER_URL.',
    config.recording === undefined &&
      'Recording is off: new conversations are not recorded. Set TAVUS_ENABLE_RECORDING.',
    config.recording !== undefined &&
      recordings === undefined &&
      'This backend cannot read the bucket: it only knows what Tavus announces, and cannot play recordings. Set RECORDINGS_ACCESS, see docs/settings.md.',
    sinceMs !== undefined &&
      `The bucket has been unreadable since ${timeWords(sinceMs)}. The log says why; run \`npx recordings doctor\` to find the fix.`,
  ];
  return notes.filter((note) => note !== false);
}

const bucketOf = ({ recordings }: AppContext): z.output<typeof access>['bucket'] => {
  if (recordings === undefined) return 'no-access';
  return recordings.unreadableSinceMs === undefined ? 'readable' : 'unreadable';
};

/** `GET /recordings/api/access`: tells the page whether the key is right, and who is signed in. */
export function addOperatorAccess(app: App, context: AppContext, options: ForOperators): void {
  app.get(
    '/recordings/api/access',
    {
      ...options,
      schema: {
        summary: 'Whether the caller may see recordings, and as whom.',
        headers: operatorHeaders,
        response: { 200: access, ...problems(401, 403, 421, 429, 503) },
      },
    },
    ({ headers }) => {
      const operator = assertOperator(context, headers);
      const name = operator.by === 'sign-in' ? operator.name : undefined;
      return { by: operator.by, ...defined({ name }), bucket: bucketOf(context), notes: notesOf(context) };
    },
  );
}
