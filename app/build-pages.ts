import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { NOTICES, writeNotices } from './notices';

const ROOT = path.join(__dirname, '..');

/** Page names and their folders; each folder has `<name>.html`, `<name>.css` and `main.ts`. */
const PAGES = { qa: 'qa', recordings: 'recordings-page' } as const;

/**
 * Writes `qa.html` and `recordings.html` into `outDir`, and their scripts and style sheets into `outDir/assets`. File names
 * carry a content hash, so browsers may cache them for ever. The pages load nothing else: daily-js is in the bundle, and
 * its frame mode loads no script. A file beside the scripts holds the licences; the first line of each script names it.
 */
export async function buildPages(outDir: string): Promise<void> {
  const assets = path.join(outDir, 'assets');
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.entries(PAGES).flatMap(([name, folder]) => [
      { in: path.join(__dirname, folder, 'main.ts'), out: name },
      { in: path.join(__dirname, folder, `${name}.css`), out: name },
    ]),
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
  await mkdir(outDir, { recursive: true });
  for (const [name, folder] of Object.entries(PAGES)) {
    const html = await readFile(path.join(__dirname, folder, `${name}.html`), 'utf8');
    await writeFile(path.join(outDir, `${name}.html`), withHashes(html, Object.keys(metafile.outputs)));
  }
}

/** Replaces each asset's plain name by its hashed name. */
function withHashes(html: string, outputs: readonly string[]): string {
  return html.replaceAll(/\/qa\/assets\/(\w+)(\.\w+)/g, (plain, name: string, extension: string) => {
    const output = outputs
      .map((file) => path.basename(file))
      .find((file) => file.startsWith(`${name}-`) && path.extname(file) === extension);
    if (output === undefined) throw new Error(`A page references ${plain}, which was not built.`);
    return `/qa/assets/${output}`;
  });
}
