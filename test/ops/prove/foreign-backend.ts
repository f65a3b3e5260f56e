import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { parseGuide, read } from '../../documents/guide';

/** The request in docs/own-backend.md: its only JSON block. */
const [GUIDE_BODY = '{}'] = parseGuide(
  'docs/own-backend.md',
  read('docs/own-backend.md').replaceAll(/^ {3}/gm, ''),
)
  .fences.filter(({ language }) => language === 'json')
  .map(({ body }) => body);

export interface ForeignOptions {
  readonly tavusUrl: string;
  readonly tavusKey: string;
  readonly startKey: string;
  /** Values of the guide's placeholders, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** Undefined: it has no such route. */
  readonly state?: string;
}

export interface ForeignBackend {
  readonly url: string;
  /** Types of the callbacks at a valid address. */
  readonly callbacks: readonly string[];
  /** Conversations that a page ended. */
  readonly ended: readonly string[];
  close(): Promise<void>;
}

const CREATED = z.object({
  conversation_id: z.string(),
  conversation_url: z.string(),
  meeting_token: z.string().optional(),
});

/** A backend without our code: it starts conversations as docs/own-backend.md says, and accepts callbacks. */
export async function startForeignBackend(options: ForeignOptions): Promise<ForeignBackend> {
  const callbacks: string[] = [];
  const ended: string[] = [];
  const callbackTokens = new Set<string>();
  const pageTokens = new Map<string, string>();
  let url = '';

  const tavus = async (path: string, body?: string): Promise<unknown> => {
    const headers = { 'x-api-key': options.tavusKey, 'content-type': 'application/json' };
    const response = await fetch(options.tavusUrl + path, { method: 'POST', headers, ...(body && { body }) });
    if (!response.ok) throw new Error(await response.text());
    return response.json().catch(() => undefined);
  };

  async function start(request: IncomingMessage): Promise<unknown> {
    const { recording } = z.object({ recording: z.boolean() }).parse(JSON.parse(await textOf(request)));
    const token = randomBytes(24).toString('hex');
    const values: Readonly<Record<string, string>> = {
      ...options.values,
      'your backend': new URL(url).host,
      token,
    };
    const body = GUIDE_BODY.replaceAll(/<([^>]+)>/g, (_, name: string) => values[name] ?? `unknown ${name}`);
    const made = CREATED.parse(await tavus('/conversations', body.replace('https://127', 'http://127')));
    callbackTokens.add(token);
    const pageToken = randomBytes(24).toString('hex');
    pageTokens.set(made.conversation_id, pageToken);
    return { ...made, page_token: pageToken, recording: { enabled: recording } };
  }

  async function answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
    const [, tavusPart, route, id = ''] = (request.url ?? '').split('/');
    if (tavusPart !== 'tavus') return [404, {}];
    if (route === 'start') {
      const isKnown = request.headers.authorization === `Bearer ${options.startKey}`;
      return isKnown ? [200, await start(request)] : [401, {}];
    }
    if (route === 'callback' && callbackTokens.has(id)) {
      const { event_type: type } = z
        .object({ event_type: z.string() })
        .parse(JSON.parse(await textOf(request)));
      callbacks.push(type);
      return [200, {}];
    }
    const isPage = pageTokens.get(id) !== undefined && request.headers['x-page-token'] === pageTokens.get(id);
    if (route === 'end' && isPage) {
      await tavus(`/conversations/${id}/end`);
      ended.push(id);
      return [200, {}];
    }
    return route === 'status' && isPage && options.state !== undefined
      ? [200, { recording: options.state, recordings: [] }]
      : [404, {}];
  }

  const server = createServer((request, response) => void reply(answer(request), response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
  return {
    url,
    callbacks,
    ended,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

async function reply(answered: Promise<readonly [number, unknown]>, response: ServerResponse): Promise<void> {
  const [status, body] = await answered.catch((error: unknown) => [502, { wrong: String(error) }] as const);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
