import type { App } from '../../http/fastify-types';
import { assertOperator, hasOperators } from '../../security/operator';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import { addCaptions } from './captions';
import { addLink } from './link';
import { addList } from './list';
import { addOne } from './one';
import { forOperators } from './operators';
import { access, operatorHeaders } from './schemas';

/** All routes for operators. Where nobody can be an operator there are none. */
export function addRecordings(app: App, context: AppContext): void {
  if (!hasOperators(context.config)) return;
  const options = forOperators(app, context);
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
      return { by: operator.by, ...(name !== undefined && { name }) };
    },
  );
  addList(app, context, options);
  addOne(app, context, options);
  addLink(app, context, options);
  addCaptions(app, context, options);
}
