import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const FOLDER = join(__dirname, '..', 'room-page');

/** One file as it goes to the browser. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

export type AssetName = 'room.html' | 'room.css' | 'room.js';

const made = new Map<AssetName, Promise<Asset>>();

/** Made at the first request and kept for the life of the process. */
export function roomAsset(name: AssetName): Promise<Asset> {
  const known = made.get(name);
  if (known !== undefined) return known;
  const asset = make(name);
  made.set(name, asset);
  return asset;
}

async function make(name: AssetName): Promise<Asset> {
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
    // Whoever looks into it with the browser's tools finds the source.
    sourcemap: 'inline',
    tsconfigRaw: {},
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
