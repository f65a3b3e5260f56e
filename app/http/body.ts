import type { FastifyRequest } from 'fastify';
import type { App } from './fastify-types';

/** RFC 9112, section 6.3: a request without either of the two headers has no body. */
const hasNoBody = ({
  'content-length': length,
  'transfer-encoding': encoding,
}: FastifyRequest['headers']): boolean =>
  encoding === undefined && (length === undefined || Number(length) === 0);

/**
 * A body of no bytes is no body, whatever type it is said to have: HTTP clients set one for all their requests, and curl
 * and PowerShell name a form's.
 */
export function readEmptyBodyAsNone(app: App): void {
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    if (hasNoBody(headers)) delete headers['content-type'];
    done();
  });
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // One that was sent in chunks is known to be empty only at its end.
    if (body.length === 0) done(null, undefined);
    else void parse(request, String(body), done);
  });
}
