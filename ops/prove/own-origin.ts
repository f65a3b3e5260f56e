import type { CDPSession, Page } from 'playwright-core';
import * as z from 'zod';
import type { BackendClient } from './backend-client';
import { START_PATH } from './call';

const BODY = z.record(z.string(), z.unknown());

/** A request that the browser has paused. */
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
 * Adds the proof's headers to the page's requests to the backend only: the room must not get them, and S3 refuses a
 * presigned link with an `Authorization` header. If the proof has operator credentials, also marks starts as proofs.
 *
 * Uses the DevTools protocol, because headers added by Playwright's routes are also sent to redirects on other origins
 * (https://chromedevtools.github.io/devtools-protocol/tot/Fetch/#method-continueRequest, read 2026-11-28).
 */
export async function addProofHeaders(page: Page, backend: BackendClient): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  browser.on('Fetch.requestPaused', (paused) => {
    void continuePaused(browser, backend, paused)
      // Without a token the request must not be sent.
      .catch(() => browser.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' }))
      // The page is closed.
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

/** Returns base64, as the protocol requires. */
const markAsProof = (text = '{}'): string =>
  Buffer.from(JSON.stringify({ ...BODY.parse(JSON.parse(text)), proof: true })).toString('base64');
