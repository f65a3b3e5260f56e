import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pageHeaders } from '../../../app/page-headers';
import { ROOM_HTML } from './stub-room';

/** The stub's responses; a test changes them before it opens the page. */
export interface Script {
  config: {
    recording: { enabled: boolean; bucketRegion?: string };
    consentRequired: boolean;
    keyRequired: boolean;
    signInRequired: boolean;
    hasRecordingsPage: boolean;
  };
  /** Path of the room, which selects its behaviour. */
  room: string;
  key: string;
  /** Without a sign-in. `answer`: the backend returns 401. `redirect`: the sign-in redirects every request to itself. */
  signedOut: false | 'answer' | 'redirect';
  /** Origin of the rooms, instead of the stub's own. */
  roomOrigin: string | undefined;
  recordingEnabled: boolean;
  /** Responses of the status route, in order; the last one is repeated. */
  statuses: readonly object[];
  /** If set, `POST /tavus/start` returns this problem. */
  problem: { status: number; title: string; detail: string } | undefined;
  cutsFirstStart: boolean;
  cannotEnd: boolean;
}

export const HAPPY: Script = {
  config: {
    recording: { enabled: true, bucketRegion: 'us-east-1' },
    consentRequired: true,
    keyRequired: false,
    signInRequired: false,
    hasRecordingsPage: true,
  },
  room: 'room',
  key: '',
  signedOut: false,
  roomOrigin: undefined,
  recordingEnabled: true,
  statuses: [
    { recording: 'recording', recordings: [] },
    {
      recording: 'landed',
      recordings: [{ key: 'tavus/c1/1764000000000', verified: true, size: 12_582_912 }],
    },
  ],
  problem: undefined,
  cutsFirstStart: false,
  cannotEnd: false,
};

/** One request to the backend. */
export interface SeenRequest {
  readonly request: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface Stub {
  readonly origin: string;
  script: Script;
  readonly seen: SeenRequest[];
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stub listens on no port.');
  return `http://localhost:${address.port}`;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return Object.fromEntries(Object.entries(body ?? {}));
}

/** Serves the built page from `pages` with its policies, a backend that follows a script, and a room on its own origin. */
export async function startStub(pages: string): Promise<Stub> {
  const rooms = createServer((_, response) => response.setHeader('content-type', 'text/html').end(ROOM_HTML));
  const roomOrigin = await listen(rooms);
  const seen: SeenRequest[] = [];
  const stub = { script: HAPPY, seen };

  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const problem = (
    response: ServerResponse,
    status: number,
    title: string,
    detail: string,
    type = 'internal',
  ): void => {
    const body = { type: `urn:problem-type:tavus-recordings:${type}`, status, title, detail };
    response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ ...body, instance: 'urn:uuid:1' }));
  };
  /** Whether the request may start a conversation; otherwise sends the refusal. */
  const admits = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { key, signedOut } = stub.script;
    if (signedOut === 'answer') {
      problem(response, 401, 'Not signed in', 'Sign in first.', 'not-signed-in');
      return false;
    }
    if (key === '' || request.headers.authorization === `Bearer ${key}`) return true;
    problem(response, 401, 'Key needed', 'Wrong key.', 'unauthorized');
    return false;
  };
  const start = (request: IncomingMessage, response: ServerResponse, body: SeenRequest['body']): void => {
    const { script } = stub;
    if (script.cutsFirstStart) {
      stub.script = { ...script, cutsFirstStart: false };
      // Closed after the first bytes: without any byte of a response, a browser may resend the request itself.
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      setTimeout(() => request.socket.destroy(), 20);
    } else if (!admits(request, response)) {
      // Answered.
    } else if (script.problem) {
      problem(response, script.problem.status, script.problem.title, script.problem.detail);
    } else {
      const enabled = script.recordingEnabled && body['recording'] === true;
      const reason = enabled ? {} : { reason: 'not wanted' };
      json(response, 200, {
        conversation_id: 'c1',
        conversation_url: `${script.roomOrigin ?? roomOrigin}/${script.room}`,
        page_token: 'page-token',
        recording: { enabled, ...reason },
      });
    }
  };
  const status = (response: ServerResponse): void => {
    const [next = {}, ...rest] = stub.script.statuses;
    if (rest.length > 0) stub.script = { ...stub.script, statuses: rest };
    json(response, 200, next);
  };
  const file = async (response: ServerResponse, name: string): Promise<void> => {
    const content = await readFile(path.join(pages, name));
    response
      .writeHead(200, {
        'content-type': TYPES[path.extname(name)] ?? '',
        ...pageHeaders(stub.script.roomOrigin ?? roomOrigin),
      })
      .end(content);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '';
    if (url === '/qa') return file(response, 'qa.html');
    if (url.startsWith('/qa/assets/')) return file(response, `assets/${path.basename(url)}`);
    if (stub.script.signedOut === 'redirect') {
      // Another origin, which does not allow reading its response.
      return void response.writeHead(302, { location: `${roomOrigin}/login` }).end();
    }
    if (url === '/qa/config') {
      const { config, roomOrigin: elsewhere = roomOrigin } = stub.script;
      return json(response, 200, { ...config, roomOrigin: elsewhere });
    }
    if (url === '/qa/access') {
      seen.push({ request: `${request.method} ${url}`, headers: request.headers, body: {} });
      if (admits(request, response)) json(response, 200, { canStart: true });
      return;
    }
    const body = await bodyOf(request);
    seen.push({ request: `${request.method} ${url}`, headers: request.headers, body });
    if (url === '/tavus/start') return start(request, response, body);
    if (url.startsWith('/tavus/status/')) return status(response);
    if (url.startsWith('/tavus/end/') && stub.script.cannotEnd)
      return problem(response, 503, 'Down', 'Later.');
    json(response, 200, {});
  };

  const server = createServer((request, response) => void answer(request, response));
  const origin = await listen(server);
  return Object.assign(stub, {
    origin,
    close() {
      for (const one of [server, rooms]) {
        one.closeAllConnections();
        one.close();
      }
    },
  });
}
