import type { BrowserContext } from 'playwright-core';
import * as z from 'zod';
import type { Backend } from './backend';

const BODY = z.record(z.string(), z.unknown());

/**
 * Sends the proof's headers with each request to the backend, and to nobody else: the room must not get them, and S3 refuses
 * a presigned link that comes with an `Authorization`. A redirect to another origin is left to the browser, without them.
 *
 * @param marksProof whether starts are marked as a proof; only an operator may
 */
export async function onOwnOrigin(
  context: BrowserContext,
  backend: Backend,
  marksProof: boolean,
): Promise<void> {
  await context.route(
    (url) => url.origin === backend.origin,
    async (route) => {
      const request = route.request();
      const headers = { ...request.headers(), ...(await backend.headers()) };
      const isStart = request.method() === 'POST' && new URL(request.url()).pathname === '/tavus/start';
      const postData =
        isStart && marksProof
          ? JSON.stringify({ ...BODY.parse(request.postDataJSON() ?? {}), proof: true })
          : undefined;
      const response = await route.fetch({
        headers,
        maxRedirects: 0,
        ...(postData === undefined ? {} : { postData }),
      });
      await route.fulfill({ response });
    },
  );
}
