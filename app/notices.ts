import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

/** File with the licences of all bundled packages. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

const MANIFEST = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).optional(),
  repository: z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]).optional(),
});

/** A bundled file's package: the folder below the innermost `node_modules`. */
const PACKAGE = /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)/i;

/** Folders of the packages that have code in the output. */
function packageFolders({ outputs }: Metafile): readonly string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(files.flatMap((file) => PACKAGE.exec(file)?.groups?.['folder'] ?? []))].toSorted();
}

interface Notice {
  /** Name, version and kind of licence. */
  readonly title: string;
  readonly text: string;
}

async function notice(folder: string): Promise<Notice> {
  const { name, version, license, author, repository } = MANIFEST.parse(
    JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')),
  );
  const files = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return {
    // The Mozilla licence requires a link to the source.
    title: `${name} ${version} (${license})${license.startsWith('MPL') ? `, source: ${repository ?? 'unknown'}` : ''}`,
    text:
      texts.length === 0
        ? `By ${author ?? 'its authors'}. The package has no licence text.`
        : texts.map((text) => text.trim()).join('\n\n'),
  };
}

/** Lists packages with the same licence text together, above one copy of it: AWS's packages are many. */
function together(notices: readonly Notice[]): readonly string[] {
  const titles = new Map<string, string[]>();
  for (const { title, text } of notices) titles.set(text, [...(titles.get(text) ?? []), title]);
  return [...titles].map(([text, names]) => `${names.join('\n')}\n\n${text}`);
}

/**
 * Writes the licences of a bundle's packages beside it. Licences must be distributed with the code, and bundling drops the
 * comments that hold them.
 *
 * @param root what the paths in the metafile are relative to
 */
export async function writeNotices(root: string, metafile: Metafile, outDir: string): Promise<void> {
  const folders = packageFolders(metafile).map((folder) => path.resolve(root, folder));
  const notices = await Promise.all(folders.map(notice));
  const texts = together(notices);
  await writeFile(path.join(outDir, NOTICES), `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}
