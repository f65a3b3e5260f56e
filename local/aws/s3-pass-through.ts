import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import { refusalOf } from '../tavus/http/request-guard';
import { listen } from '../listen';
import type { Emulator } from './emulator';

/** Read access to the emulator's S3 for clients that do not trust its certificate. */
export interface S3PassThrough {
  /** Value for AWS_ENDPOINT_URL_S3. Presigned links then start with it, and browsers can open them. */
  readonly url: string;
  close(): Promise<void>;
}

/** Credential scopes of S3: in the header, and in the query of a presigned link. */
const SIGNED_FOR_S3 = /^AWS4-HMAC-SHA256 Credential=[^,/]+\/\d{8}\/[^,/]+\/s3\/aws4_request,/;
const SCOPE_OF_S3 = /^[^/]+\/\d{8}\/[^/]+\/s3\/aws4_request$/;

const METHODS = new Set(['GET', 'HEAD']);

/**
 * Forwards signed GET and HEAD requests of the backend and of browsers to the emulator, over TLS, as the bucket policy
 * requires. It refuses all other requests. The emulator checks the signatures. They cover the `Host` header, so the
 * emulator must know `port` as its `frontPort`.
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
    forward(request, response, agent, emulator.endpoint);
  });
  const listening = await listen(server, port);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await listening.close();
      agent.destroy();
    },
  };
}

function refusalTo(request: IncomingMessage): { readonly status: number; readonly text: string } | undefined {
  const { method = '', url = '', headers } = request;
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const isPresigned = query.has('X-Amz-Signature') && SCOPE_OF_S3.test(query.get('X-Amz-Credential') ?? '');
  // A presigned link is enough: another web page, which shows the recording, may have it.
  const text = refusalOf(request, { hasKey: isPresigned });
  if (text !== undefined) return { status: 403, text };
  if (!METHODS.has(method)) {
    return {
      status: 405,
      text: `${method}: only GET and HEAD are allowed. Write through the emulator's own address.`,
    };
  }
  if (isPresigned || SIGNED_FOR_S3.test(headers.authorization ?? '')) return undefined;
  return { status: 403, text: 'Signature: missing for S3. Open a presigned link, or sign the request.' };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, agent: Agent, endpoint: string): void {
  const { port } = new URL(endpoint);
  const {
    connection: _hop,
    'content-length': _size,
    'transfer-encoding': _chunks,
    ...headers
  } = incoming.headers;
  const { method, url: path } = incoming;
  const upstream = httpsRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
    const { connection: _own, ...passed } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, passed);
    // Errors are ignored, because a player that seeks closes the connection early.
    pipeline(answer, outgoing, () => undefined);
  });
  outgoing.once('close', () => upstream.destroy());
  upstream.once('error', () => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end();
  });
  upstream.end();
}
