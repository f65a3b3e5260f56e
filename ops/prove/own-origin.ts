import type { BrowserContext, Request } from 'playwright-core';
import * as z from 'zod';
import { defined } from '../../contract/defined';
import type { Backend } from './backend';
import { START_PATH } from './call';

const BODY = z.record(z.string(), z.unknown());

/**
 * Sends the proof's headers with each request to the backend, and to nobody else: the room must not get them, and S3 refuses
 * a presigned link that comes with an `Authorization`. A redirect to another origin is left to the browser, without them.
 * An operator's starts are marked as proofs.
 */
export async function onOwnOrigin(context: BrowserContext, backend: Backend): Promise<void> {
  await context.route(
    (url) => url.origin === backend.origin,
    async (route) => {
      const request = route.request();
      const headers = { ...request.headers(), ...(await backend.headers()) };
      const postData = backend.isOperator && isStart(request) ? asProof(request) : undefined;
      const response = await route.fetch({ headers, maxRedirects: 0, ...defined({ postData }) });
      const isRedirect = response.status() >= 300 && response.status() < 400;
      // A page that did not come from the network is in no address space: Chrome would let it frame no room on this machine.
      if (request.isNavigationRequest() && !isRedirect) await route.continue({ headers });
      else await route.fulfill({ response });
    },
  );
}

const isStart = (request: Request): boolean =>
  request.method() === 'POST' && new URL(request.url()).pathname === START_PATH;

const asProof = (request: Request): string =>
  JSON.stringify({ ...BODY.parse(request.postDataJSON() ?? {}), proof: true });
