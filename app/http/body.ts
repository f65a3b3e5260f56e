import type { FastifyRequest } from 'fastify';
import type { App } from './fastify-types';

/** RFC 9112, section 6.3: a request without either of the two headers has no body. */
const hasNoBody = ({
  'content-length': length,
  'transfer-encoding': encoding,
}: FastifyRequest['headers']): boolean =>
  encoding === undefined && (length === undefined || Number(length) === 0);

/**
 * Treats an empty body as no body, whatever its content type: HTTP clients set a type on all requests, and curl and
 * PowerShell default to that of a form.
 */
export function readEmptyBodyAsNone(app: App): void {
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    if (hasNoBody(headers)) delete headers['content-type'];
    done();
  });
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // A chunked body turns out to be empty only at its end.
    if (body.length === 0) done(null, undefined);
    else void parse(request, String(body), done);
  });
}
