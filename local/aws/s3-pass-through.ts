import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import { refusalOf } from '../tavus/http/request-guard';
import type { Emulator } from './emulator';

/** S3 of the emulator, for readers that do not trust its certificate. */
export interface S3PassThrough {
  /** What AWS_ENDPOINT_URL_S3 takes: presigned links then begin with it, and a person's browser opens them. */
  readonly url: string;
  close(): Promise<void>;
}

/** In a header or, of a presigned link, in the query. */
const SIGNED_FOR_S3 = /^AWS4-HMAC-SHA256 Credential=[^,/]+\/\d{8}\/[^,/]+\/s3\/aws4_request,/;
const SCOPE_OF_S3 = /^[^/]+\/\d{8}\/[^/]+\/s3\/aws4_request$/;

const METHODS = new Set(['GET', 'HEAD']);

/**
 * Reads on behalf of the backend and of browsers: passes signed GET and HEAD requests to the emulator, over TLS as its
 * bucket policy wants, and nothing else. `Host` is part of what was signed and stays as it is, so the emulator has to
 * know `port` as its `frontPort`. It checks the signatures.
 */
export async function openS3PassThrough(
  emulator: Pick<Emulator, 'endpoint' | 'certificatePem'>,
  port: number,
): Promise<S3PassThrough> {
  const agent = new Agent({ keepAlive: true, ca: emulator.certificatePem });
  const server = createServer((request, response) => {
    const refusal = refusalTo(request);
    if (refusal !== undefined) {
      response.writeHead(refusal.status, { 'content-type': 'text/plain' }).end(`${refusal.text}\n`);
      return;
    }
    passOn(request, response, agent, emulator.endpoint);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

function refusalTo(request: IncomingMessage): { readonly status: number; readonly text: string } | undefined {
  const { method = '', url = '', headers } = request;
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const isPresigned = query.has('X-Amz-Signature') && SCOPE_OF_S3.test(query.get('X-Amz-Credential') ?? '');
  // A presigned link is a key by itself: the page that shows the recording has it.
  const text = refusalOf(request, { hasKey: isPresigned });
  if (text !== undefined) return { status: 403, text };
  if (!METHODS.has(method)) {
    return { status: 405, text: `${method}: only GET and HEAD pass. Writing has its own address.` };
  }
  if (isPresigned || SIGNED_FOR_S3.test(headers.authorization ?? '')) return undefined;
  return { status: 403, text: 'Signature: none for S3. Open a presigned link, or sign the request.' };
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, agent: Agent, endpoint: string): void {
  const { port } = new URL(endpoint);
  const {
    connection: _hop,
    'content-length': _size,
    'transfer-encoding': _chunks,
    ...headers
  } = incoming.headers;
  const { method, url: path } = incoming;
  const upstream = httpsRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
    const { connection: _own, ...shown } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, shown);
    // A player that seeks hangs up in the middle: nothing is wrong then.
    pipeline(answer, outgoing, () => undefined);
  });
  outgoing.once('close', () => upstream.destroy());
  upstream.once('error', () => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end();
  });
  upstream.end();
}
