import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const HERE = __dirname;

/**
 * Writes `qa.html` into `outDir`, and its script and style sheet into `outDir/assets`. Their names carry a hash of their
 * content, so that a browser may keep them for ever. The page asks for nothing else: daily-js is in the bundle, and in
 * its frame mode loads no script of its own.
 */
export async function buildPages(outDir: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [
      { in: path.join(HERE, 'main.ts'), out: 'qa' },
      { in: path.join(HERE, 'qa.css'), out: 'qa' },
    ],
    entryNames: '[name]-[hash]',
    outdir: path.join(outDir, 'assets'),
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    target: ['chrome120', 'firefox120', 'safari17'],
    define: { global: 'globalThis' },
    logLevel: 'warning',
  });
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
