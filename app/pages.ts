import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyReply } from 'fastify';
import type { Config } from './config';
import type { App } from './http/fastify-types';
import { notFound } from './http/problems';
import { pageHeaders } from './page-headers';
import { qaConfig } from './routes/schemas';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** esbuild's names with a hash: their content never changes. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/;

const PAGE = 'qa.html';

interface Asset {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** All files of a folder, by their path in it with slashes. A folder that is not there has none. */
async function filesIn(folder: string): Promise<Map<string, Asset>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async ({ parentPath, name }): Promise<[string, Asset]> => {
    const file = path.join(parentPath, name);
    const cacheControl = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
    const headers = { 'content-type': type, 'cache-control': cacheControl };
    return [
      path.relative(folder, file).split(path.sep).join('/'),
      { content: await readFile(file), headers },
    ];
  });
  return new Map(await Promise.all(read));
}

/**
 * `/qa`, its parts and what it has to know. The built pages are a handful of small files: they are read once, at the
 * first request, and served from memory, so that no address can ever reach another file.
 *
 * @param folder with `qa.html` and `assets/`
 */
export function addPages(app: App, config: Config, folder: string): void {
  let files: Promise<Map<string, Asset>> | undefined;
  const pageOnly = pageHeaders(config.roomOrigin);
  const assetOf = async (name: string): Promise<Asset> => {
    files ??= filesIn(folder);
    const asset = (await files).get(name);
    if (asset === undefined) throw notFound();
    return asset;
  };
  const send = async (reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const asset = await assetOf(name);
    const headers = name.endsWith('.html') ? { ...asset.headers, ...pageOnly } : asset.headers;
    return reply.headers(headers).send(asset.content);
  };

  const hidden = { schema: { hide: true } };
  app.get('/qa', hidden, (_request, reply) => send(reply, PAGE));
  // What people type, and where a sign-in without a target ends.
  for (const address of ['/', '/qa/']) {
    app.get(address, hidden, async (_request, reply) => {
      await assetOf(PAGE);
      return reply.redirect('/qa');
    });
  }
  app.get<{ Params: { '*': string } }>('/qa/assets/*', hidden, (request, reply) =>
    send(reply, `assets/${request.params['*']}`),
  );
  const answer = {
    recording: {
      enabled: config.recording !== undefined,
      ...(config.recording === undefined ? {} : { bucketRegion: config.recording.region }),
    },
    consentRequired: config.recording !== undefined && config.requireConsent,
    keyRequired: config.startApiKey !== undefined,
    signInRequired: config.easyAuth,
    roomOrigin: config.roomOrigin,
  };
  app.get(
    '/qa/config',
    { schema: { summary: 'What the page has to know.', response: { 200: qaConfig } } },
    () => answer,
  );
}
