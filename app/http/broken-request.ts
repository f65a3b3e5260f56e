import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { MEDIA_TYPE } from './error-handler';
import type { Problem } from './problem';
import { badRequest, headersTooLarge, requestTimeout } from './problems';

function problemOf({ code }: { readonly code?: string | undefined }): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  return badRequest('The request cannot be read. Nothing was done.');
}

/**
 * Answers what never became a request, because it was cut off, too slow, too large or no HTTP, and closes the
 * connection. It is not logged: strangers could fill the log by it, and none of it is a failure here.
 */
export function answerBroken(error: NodeJS.ErrnoException, socket: Socket, id: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = problemOf(error);
  const { status } = problem.parts;
  const body = JSON.stringify(problem.body(`urn:uuid:${id}`));
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncache-control: no-store\r\n` +
        `content-type: ${MEDIA_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  // Not by its end: whoever does not read would keep it open.
  socket.destroy();
}
