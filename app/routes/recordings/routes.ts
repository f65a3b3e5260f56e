import type { App } from '../../http/fastify-types';
import { hasOperators } from '../../security/operator';
import type { AppContext } from '../app-context';
import { addOperatorAccess } from './access';
import { addCaptions } from './captions';
import { addLink } from './link';
import { addList } from './list';
import { addOne } from './one';
import { forOperators } from './operators';

/** All operator routes; none when no operator can authenticate. */
export function addRecordings(app: App, context: AppContext): void {
  if (!hasOperators(context.config)) return;
  const options = forOperators(app, context);
  addOperatorAccess(app, context, options);
  addList(app, context, options);
  addOne(app, context, options);
  addLink(app, context, options);
  addCaptions(app, context, options);
}
