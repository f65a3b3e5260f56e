import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { NOTICES, writeNotices } from '../notices';

const HERE = __dirname;
const ROOT = path.join(HERE, '..', '..');

/**
 * Writes `qa.html` into `outDir`, and its script and style sheet into `outDir/assets`. Their names carry a hash of their
 * content, so that a browser may keep them for ever. The page asks for nothing else: daily-js is in the bundle, and in
 * its frame mode loads no script of its own. The licences of what is in the script lie beside it, and its first line says so.
 */
export async function buildPages(outDir: string): Promise<void> {
  const assets = path.join(outDir, 'assets');
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: path.join(HERE, 'main.ts'), out: 'qa' },
      { in: path.join(HERE, 'qa.css'), out: 'qa' },
    ],
    entryNames: '[name]-[hash]',
    outdir: assets,
    bundle: true,
    minify: true,
    metafile: true,
    banner: { js: `/*! Licences: ${NOTICES} */` },
    platform: 'browser',
    format: 'esm',
    target: ['chrome120', 'firefox120', 'safari17'],
    define: { global: 'globalThis' },
    logLevel: 'warning',
  });
  await writeNotices(ROOT, metafile, assets);
  const html = await readFile(path.join(HERE, 'qa.html'), 'utf8');
  await mkdir(outDir, { recursive: true });
  await writeFile(path.join(outDir, 'qa.html'), withHashes(html, Object.keys(metafile.outputs)));
}

/** The page with the names that its parts were given. */
function withHashes(html: string, outputs: readonly string[]): string {
  return html.replaceAll(/\/qa\/assets\/qa(\.\w+)/g, (plain, extension: string) => {
    const output = outputs.find((file) => path.extname(file) === extension);
    if (output === undefined) throw new Error(`qa.html asks for ${plain}, which was not built.`);
    return `/qa/assets/${path.basename(output)}`;
  });
}
