import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { carriesKey, refusalOf } from '../../tavus/http/request-guard';
import { listen } from '../../listen';
import type { Cloud } from '../cloud/cloud';
import { REQUEST, type CloudRequest } from './protocol';

/** Gives the provider's process access to the cloud in this process. */
export interface ControlServer {
  readonly url: string;
  /** Required in each request; new for each run. */
  readonly token: string;
  close(): Promise<void>;
}

/** Serves a cloud on a free port of 127.0.0.1. */
export async function serveCloud(cloud: Cloud): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => void answer(cloud, token, request, response));
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, token, close };
}

async function answer(
  cloud: Cloud,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const respond = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  const hasKey = carriesKey(request.headers, token);
  const refusal = refusalOf(request, { hasKey });
  if (refusal !== undefined) {
    respond(403, { error: refusal });
    return;
  }
  if (!hasKey) {
    respond(401, { error: 'The token is missing or wrong.' });
    return;
  }
  try {
    const call = REQUEST.parse(JSON.parse(await text(request)));
    respond(200, await ask(cloud, call));
  } catch (error) {
    respond(422, { error: error instanceof Error ? error.message : String(error) });
  }
}

function ask(cloud: Cloud, call: CloudRequest): Promise<unknown> {
  if (call.call === 'put') return cloud.put(call.type, call.inputs);
  if (call.call === 'get') return cloud.get(call.id);
  if (call.call === 'remove') return cloud.remove(call.id);
  return cloud.clientConfig();
}
