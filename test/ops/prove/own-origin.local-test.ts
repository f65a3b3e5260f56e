import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { OPERATOR_KEY_HEADER } from '../../../contract/operator-key-header';
import { BackendClient } from '../../../ops/prove/backend-client';
import { launchBrowser } from '../../../ops/prove/browser';
import { addProofHeaders } from '../../../ops/prove/own-origin';
import { listen } from '../listen';

const TOKEN = 'a-token-of-the-operator';
const OPERATOR_KEY = 'an-operator-key-of-a-test';

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that stores its requests; `/to?<address>` redirects to another address. */
async function keeper(): Promise<{ origin: string; got: Got[]; server: Server }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname: path, search } = new URL(request.url ?? '', 'http://own');
      got.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.setHeader('access-control-allow-origin', '*');
      if (path === '/to') response.writeHead(302, { location: decodeURIComponent(search.slice(1)) }).end();
      else response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
    });
  });
  return { origin: `http://127.0.0.1:${await listen(server)}`, got, server };
}

type Keeper = Awaited<ReturnType<typeof keeper>>;

let browser: Browser;
let own: Keeper;
let other: Keeper;
let page: Page;

beforeAll(async () => {
  [browser, own, other] = await Promise.all([launchBrowser(), keeper(), keeper()]);
});
beforeEach(async () => {
  const token = (): Promise<string> => Promise.resolve(TOKEN);
  page = await browser.newPage();
  await addProofHeaders(
    page,
    new BackendClient(own.origin, { startKey: undefined, operatorKey: OPERATOR_KEY, token }),
  );
  await page.goto(`${own.origin}/qa`);
});
afterEach(async () => {
  await page.close();
  own.got.length = 0;
  other.got.length = 0;
});
afterAll(async () => {
  await browser.close();
  own.server.close();
  other.server.close();
});

const inPage = (script: string): Promise<unknown> => page.evaluate(`(async () => { ${script} })()`);

/** The credentials that a server received. */
const credentials = ({ got }: Keeper): unknown[] =>
  got
    .filter(({ path }) => path !== '/favicon.ico')
    .map(({ headers }) => [headers.authorization, headers[OPERATOR_KEY_HEADER]]);

const ALL = [`Bearer ${TOKEN}`, OPERATOR_KEY];
const NONE = [undefined, undefined];

test('the backend gets the credentials for pages, their requests, and redirects to itself', async () => {
  await inPage(`await fetch('/to?' + encodeURIComponent('/landed'))`);
  expect(own.got.map(({ path }) => path).filter((path) => path !== '/favicon.ico')).toEqual([
    '/qa',
    '/to',
    '/landed',
  ]);
  expect(credentials(own)).toEqual([ALL, ALL, ALL]);
});

test.each([
  ['a request of the page', () => inPage(`await fetch('${other.origin}/x')`)],
  ['a video, as a presigned link', () => showIn('video')],
  ['a frame, as the room', () => showIn('iframe')],
  ['a redirect of a request', () => inPage(`await fetch('/to?${encodeURIComponent(`${other.origin}/x`)}')`)],
  [
    'a redirect of a page, as to a sign-in',
    () => page.goto(`${own.origin}/to?${encodeURIComponent(other.origin)}`),
  ],
])('another origin gets no credentials by %s', async (_what, reach) => {
  await reach();
  expect(credentials(other)).toEqual([NONE]);
});

/** Adds an element that loads from the other origin, and waits for the request. */
async function showIn(element: 'iframe' | 'video'): Promise<void> {
  await inPage(`await new Promise((resolve) => {
    const element = document.createElement('${element}');
    element.onload = element.onerror = resolve;
    element.src = '${other.origin}/x';
    document.body.append(element);
  })`);
}

test('a start is marked as a proof, and its other headers are kept', async () => {
  await inPage(`await fetch('/tavus/start', {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: 'Bearer start-key' },
    body: JSON.stringify({ recording: true }) })`);
  const start = own.got.find(({ path }) => path === '/tavus/start');
  expect(JSON.parse(start?.body ?? '')).toEqual({ recording: true, proof: true });
  expect(start?.headers).toMatchObject({ 'content-type': 'application/json', authorization: ALL[0] });
});

test('without an operator key a start and its start key are not changed', async () => {
  await page.close();
  page = await browser.newPage();
  const noCredentials = { startKey: undefined, operatorKey: undefined, token: undefined };
  await addProofHeaders(page, new BackendClient(own.origin, noCredentials));
  await page.goto(`${own.origin}/qa`);
  await inPage(`await fetch('/tavus/start', {
    method: 'POST', headers: { Authorization: 'Bearer start-key' }, body: '{}' })`);
  const start = own.got.find(({ path }) => path === '/tavus/start');
  expect([start?.body, start?.headers.authorization]).toEqual(['{}', 'Bearer start-key']);
});
