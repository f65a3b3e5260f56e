import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = path.resolve(__dirname, '..');

/** Tracked files and those about to be, without what git ignores. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const lineCount = (file: string): number => read(file).split('\n').length - 1;

/** What each room may import of ours; the longest matching folder decides. Two rooms that meet share their mistakes. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: ['contract'],
  app: ['app', 'contract'],
  'infra-aws': ['infra-aws', 'contract'],
  'infra-azure': ['infra-azure', 'contract'],
  ops: ['ops', 'contract', 'app/tavus'],
  local: ['local', 'contract', 'ops'],
  // The simulator restates the vendor's facts, so that one mistake can't hide in both.
  'local/tavus': ['local/tavus'],
};

const isIn = (folder: string, file: string): boolean => file.startsWith(`${folder}/`);

function roomOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((folder) => isIn(folder, file))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** Imports of ours that a file's room does not allow, as `file -> imported`. */
function forbiddenImports(file: string, source: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  return preProcessFile(source, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name))
    .filter((target) => !MAY_IMPORT[room]?.some((allowed) => isIn(allowed, target)))
    .map((target) => `${file} -> ${target}`);
}

const sources = files.filter((file) => file.endsWith('.ts'));

describe('the rooms', () => {
  test('import only what they may', () => {
    expect(sources.flatMap((file) => forbiddenImports(file, read(file)))).toEqual([]);
  });

  test.each([
    ['infra-aws/a.ts', "import '../infra-azure/b';", ['infra-aws/a.ts -> infra-azure/b']],
    ['contract/a.ts', "import { x } from '../app/config';", ['contract/a.ts -> app/config']],
    [
      'local/tavus/a.ts',
      "const x = require('../../contract/names');",
      ['local/tavus/a.ts -> contract/names'],
    ],
    ['local/a.ts', "export * from '../infra-aws/app';", ['local/a.ts -> infra-aws/app']],
    ['infra-aws/a.ts', "await import('../app/server');", ['infra-aws/a.ts -> app/server']],
  ])('are held apart: %s with %s', (file, source, forbidden) => {
    expect(forbiddenImports(file, source)).toEqual(forbidden);
  });
});

const isTest = (file: string): boolean => file.startsWith('test/');
const tooLong = (list: readonly string[], most: number): string[] =>
  list.filter((file) => lineCount(file) > most).map((file) => `${file}: ${lineCount(file)} lines`);

describe('sizes', () => {
  test('no source file is longer than 250 lines', () => {
    expect(
      tooLong(
        files.filter((file) => /\.(?:ts|js|py|css)$/.test(file) && !isTest(file)),
        250,
      ),
    ).toEqual([]);
  });

  test('half of the source files have no more than 80 lines', () => {
    const counts = sources
      .filter((file) => !isTest(file))
      .map(lineCount)
      .toSorted((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(80);
  });

  test('no test file is longer than 300 lines', () => {
    expect(tooLong(sources.filter(isTest), 300)).toEqual([]);
  });

  test('no snapshot file is longer than 400 lines', () => {
    expect(
      tooLong(
        files.filter((file) => file.endsWith('.snap')),
        400,
      ),
    ).toEqual([]);
  });
});

test('nothing refers to a folder outside the project, except the CI script', () => {
  const outside = ['..', 'shared'].join('/');
  expect(files.filter((file) => file !== '.ci/run' && read(file).includes(outside))).toEqual([]);
});
