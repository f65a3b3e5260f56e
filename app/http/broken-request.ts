import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { defined } from '../../contract/defined';
import { MEDIA_TYPE } from './error-handler';
import type { HttpProblem } from './problem';
import { badRequest, headersTooLarge, requestTimeout } from './problems';
import type { RefusalLog } from './refusal-log';

function problemOf({ code }: { readonly code?: string | undefined }): HttpProblem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  return badRequest('The request cannot be read. Nothing was done.');
}

/** Where a broken request is logged, and its id. */
export interface BrokenRequestLog {
  readonly log: FastifyBaseLogger;
  readonly refusals: RefusalLog;
  readonly requestId: string;
}

/**
 * Answers a request that could not be parsed (cut off, too slow, too large or not HTTP) and closes the connection. Logs it
 * like other refusals: when a sign-in's headers outgrow the limit, users only see a page that does not load. Connections
 * without a byte are not logged: browsers and platforms open them all the time.
 */
export function answerBroken(
  error: NodeJS.ErrnoException,
  socket: Socket,
  { log, refusals, requestId }: BrokenRequestLog,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = problemOf(error);
  const { status, type } = problem.parts;
  if (socket.bytesRead > 0) {
    refusals.write(
      { route: 'none', status },
      {
        log,
        message: 'Request that could not be read',
        // Not the error itself: it holds the raw request with cookies and keys.
        fields: { problem: type, ...defined({ code: error.code }), request_id: requestId },
      },
    );
  }
  const body = JSON.stringify(problem.body(`urn:uuid:${requestId}`));
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncache-control: no-store\r\n` +
        `content-type: ${MEDIA_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  // Not `end()`: a client that does not read would keep the connection open.
  socket.destroy();
}
