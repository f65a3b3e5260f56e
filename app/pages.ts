import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyReply } from 'fastify';
import type { Config } from './config';
import type { App } from './http/fastify-types';
import { notFound } from './http/problems';
import { pageHeaders, recordingsHeaders } from './page-headers';
import { mediaSource } from './recordings/media-source';
import type { AppContext } from './routes/app-context';
import { qaConfig } from './routes/schemas';
import { hasOperators } from './security/operator';

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

/** Names with esbuild's content hash: their content never changes. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/;

interface Asset {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** All files of a folder by their relative path, with slashes. Empty when the folder does not exist. */
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
 * The built pages: a few small files, read at the first request and served from memory, so that no URL can reach another
 * file.
 */
class BuiltFiles {
  private files: Promise<Map<string, Asset>> | undefined;

  constructor(private readonly folder: string) {}

  /** @throws HttpProblem 404 */
  async find(name: string): Promise<Asset> {
    this.files ??= filesIn(this.folder);
    const asset = (await this.files).get(name);
    if (asset === undefined) throw notFound();
    return asset;
  }

  async send(reply: FastifyReply, name: string, headers: Asset['headers'] = {}): Promise<FastifyReply> {
    const asset = await this.find(name);
    return reply.headers({ ...asset.headers, ...headers }).send(asset.content);
  }
}

const undocumented = { schema: { hide: true } };

/**
 * `/qa` and `/recordings`, their assets and their configuration.
 *
 * @param folder with `qa.html`, `recordings.html` and `assets/`
 */
export function addPages(app: App, context: PagesContext, folder: string): void {
  const files = new BuiltFiles(folder);
  addQa(app, context.config, files);
  if (hasOperators(context.config)) addRecordingsPage(app, context, files);
}

export type PagesContext = Pick<AppContext, 'config' | 'now' | 'recordings'>;

function addQa(app: App, config: Config, files: BuiltFiles): void {
  const pageOnly = pageHeaders(config.roomOrigin);
  app.get('/qa', undocumented, (_request, reply) => files.send(reply, 'qa.html', pageOnly));
  // People type these, and a sign-in without a target ends here.
  for (const address of ['/', '/qa/']) {
    app.get(address, undocumented, async (_request, reply) => {
      await files.find('qa.html');
      return reply.redirect('/qa');
    });
  }
  app.get<{ Params: { '*': string } }>('/qa/assets/*', undocumented, (request, reply) =>
    files.send(reply, `assets/${request.params['*']}`),
  );
  const answer = {
    recording: {
      enabled: config.recording !== undefined,
      ...(config.recording === undefined ? {} : { bucketRegion: config.recording.region }),
    },
    consentRequired: config.recording !== undefined && config.requireConsent,
    keyRequired: config.startApiKey !== undefined,
    signInRequired: config.easyAuth,
    hasRecordingsPage: hasOperators(config),
    roomOrigin: config.roomOrigin,
  };
  app.get(
    '/qa/config',
    { schema: { summary: 'Configuration of the page.', response: { 200: qaConfig } } },
    () => answer,
  );
}

/** The list and the page of one recording are the same HTML; its script reads the address. */
function addRecordingsPage(app: App, { recordings, now }: PagesContext, files: BuiltFiles): void {
  const media = mediaSource(recordings, now);
  for (const address of ['/recordings', '/recordings/:id']) {
    app.get(address, undocumented, async (_request, reply) =>
      files.send(reply, 'recordings.html', recordingsHeaders(await media())),
    );
  }
}
