import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const FOLDER = join(__dirname, '..', 'room-page');

/** One file for the browser. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

export type AssetName = 'room.html' | 'room.css' | 'room.js';

const cache = new Map<AssetName, Promise<Asset>>();

/** Loads a file at its first request and caches it. */
export function roomAsset(name: AssetName): Promise<Asset> {
  const cached = cache.get(name);
  if (cached !== undefined) return cached;
  const asset = load(name);
  cache.set(name, asset);
  return asset;
}

async function load(name: AssetName): Promise<Asset> {
  if (name === 'room.js') return { type: 'text/javascript; charset=utf-8', body: await bundle() };
  const type = name === 'room.html' ? 'text/html; charset=utf-8' : 'text/css; charset=utf-8';
  return { type, body: await readFile(join(FOLDER, name), 'utf8') };
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, 'main.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    // For the browser's developer tools.
    sourcemap: 'inline',
    tsconfigRaw: {},
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
