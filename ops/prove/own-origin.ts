import type { CDPSession, Page } from 'playwright-core';
import * as z from 'zod';
import type { BackendClient } from './backend-client';
import { START_PATH } from './call';

const BODY = z.record(z.string(), z.unknown());

/** What the browser tells of a request that it holds back. */
interface PausedRequest {
  readonly requestId: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly postData?: string;
  };
}

/**
 * Adds the proof's headers to each request of a page to the backend, and to no other: the room must not get them, and S3
 * refuses a presigned link that comes with an `Authorization`. An operator's starts are marked as proofs.
 *
 * By the browser's own protocol: headers that Playwright's routes add go along with redirects to other origins, these do not
 * (https://chromedevtools.github.io/devtools-protocol/tot/Fetch/#method-continueRequest, read 2026-11-28).
 */
export async function addProofHeaders(page: Page, backend: BackendClient): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  browser.on('Fetch.requestPaused', (paused) => {
    void continuePaused(browser, backend, paused)
      // Without a token nothing is asked.
      .catch(() => browser.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' }))
      // The page has gone.
      .catch(() => undefined);
  });
  await browser.send('Fetch.enable', { patterns: [{ urlPattern: `${backend.origin}/*` }] });
}

async function continuePaused(
  browser: CDPSession,
  backend: BackendClient,
  { requestId, request }: PausedRequest,
): Promise<void> {
  const headers = new Headers({ ...request.headers });
  for (const [name, value] of Object.entries(await backend.headers())) headers.set(name, value);
  await browser.send('Fetch.continueRequest', {
    requestId,
    headers: [...headers].map(([name, value]) => ({ name, value })),
    ...(backend.isOperator && isStart(request) && { postData: markAsProof(request.postData) }),
  });
}

const isStart = ({ method, url }: PausedRequest['request']): boolean =>
  method === 'POST' && new URL(url).pathname === START_PATH;

/** In base64, as the protocol wants it. */
const markAsProof = (text = '{}'): string =>
  Buffer.from(JSON.stringify({ ...BODY.parse(JSON.parse(text)), proof: true })).toString('base64');
