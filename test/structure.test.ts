import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = path.resolve(__dirname, '..');

/** Tracked files, and untracked ones that git does not ignore. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(ROOT, file)));

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const ALL = [''];

/** Our folders that each folder may import; the longest match decides. Folders that import each other would share their faults. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: ['contract'],
  app: ['app', 'contract'],
  'infra-aws': ['infra-aws', 'contract'],
  'infra-azure': ['infra-azure', 'contract'],
  ops: ['ops', 'contract', 'app/tavus', 'app/ledger', 'app/watch', 'app/recordings'],
  local: ['local', 'contract', 'ops'],
  // The simulator restates the vendor's facts, so that one mistake cannot be in both.
  'local/tavus': ['local/tavus'],
  scripts: ALL,
  test: ALL,
  bench: ALL,
};

const isIn = (folder: string, file: string): boolean => folder === '' || file.startsWith(`${folder}/`);

function roomOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((folder) => isIn(folder, file))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** Our modules that a file imports, by path from the root, without extensions. */
const importsOf = (file: string, source: string): string[] =>
  preProcessFile(source, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name));

/** Imports that a file's folder does not allow, as `file -> imported`. */
function forbiddenImports(file: string, source: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [`${file}: is in no room`];
  return importsOf(file, source)
    .filter((target) => !MAY_IMPORT[room]?.some((allowed) => isIn(allowed, target)))
    .map((target) => `${file} -> ${target}`);
}

const sources = files.filter((file) => file.endsWith('.ts'));

describe('the folders', () => {
  test('import only allowed folders', () => {
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
  ])('are separate: %s and %s', (file, source, forbidden) => {
    expect(forbiddenImports(file, source)).toEqual(forbidden);
  });
});

test('the backend has no code that changes objects in a bucket, because it has no right to', () => {
  const changing = /(?:Delete|Put|Copy|Restore)Objects?|MultipartUpload(?!s)Command|UploadPart/;
  const backend = sources.filter((file) => isIn('app', file));
  expect(backend.filter((file) => changing.test(read(file)))).toEqual([]);
  expect(changing.test(read('ops/aws/stored-objects.ts'))).toBe(true);
});

/** Circular imports, types included; each circle once, from its entry. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at !== -1) found.push([...trail.slice(at), file].join(' -> '));
    if (at !== -1 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return found;
}

describe('circular imports', () => {
  test('do not exist', () => {
    const imports = new Map(sources.map((file) => [file.replace(/\.ts$/, ''), importsOf(file, read(file))]));
    expect(circles(imports)).toEqual([]);
  });

  test('are detected', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', ['d']],
    ]);
    expect(circles(imports)).toEqual(['a -> b -> c -> a', 'd -> d']);
  });
});

/** Names that several files export as a type, as `name: file, file`. */
function sharedNames(exporters: readonly (readonly [file: string, source: string])[]): string[] {
  const exportedBy = new Map<string, string[]>();
  for (const [file, source] of exporters) {
    for (const [, name = ''] of source.matchAll(
      /^export (?:abstract )?(?:class|enum|interface|type) (\w+)/gm,
    )) {
      exportedBy.set(name, [...(exportedBy.get(name) ?? []), file]);
    }
  }
  return [...exportedBy]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => `${name}: ${all.join(', ')}`);
}

describe('a name of an exported type', () => {
  test('stands for one type', () => {
    const product = sources.filter((file) => !isIn('test', file));
    expect(sharedNames(product.map((file) => [file, read(file)]))).toEqual([]);
  });

  test('is found when two files export it', () => {
    const exporters = [
      ['a', 'export interface One {}\nexport type Two = 2;'],
      ['b', 'export class Two {}'],
    ] as const;
    expect(sharedNames(exporters)).toEqual(['Two: a, b']);
  });
});

test('nothing refers to a folder outside the project', () => {
  const outside = ['..', 'shared'].join('/');
  expect(files.filter((file) => read(file).includes(outside))).toEqual([]);
});
