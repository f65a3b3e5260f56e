import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { environmentSettings } from '../../contract/environment-settings';
import { parseGuide, read, ROOT, type Guide } from './guide';

/** Tracked files, and untracked ones that are not ignored. */
const FILES: ReadonlySet<string> = new Set(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(path.join(ROOT, file))),
);
const FOLDERS: ReadonlySet<string> = new Set(
  [...FILES].flatMap((file) =>
    file.split('/').flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join('/')])),
  ),
);
const GUIDES: ReadonlyMap<string, Guide> = new Map(
  [...FILES].filter((file) => file.endsWith('.md')).map((file) => [file, parseGuide(file, read(file))]),
);

const isThere = (target: string): boolean => FILES.has(target) || FOLDERS.has(target);
const isIgnored = (target: string): boolean =>
  spawnSync('git', ['check-ignore', '--quiet', '--no-index', '--', `${target}/`], { cwd: ROOT }).status === 0;
const besideOf = (guide: Guide, target: string): string =>
  path.posix.join(path.posix.dirname(guide.file), target).replace(/\/$/, '');

/** Broken links. External links are not checked, because the tests have no network. */
const brokenLinks = (guide: Guide): string[] =>
  guide.links
    .filter(({ text }) => !/^[a-z][a-z+.-]*:/i.test(text))
    .filter(({ text }) => {
      const [target = '', anchor] = text.split('#', 2);
      const file = target === '' ? guide.file : besideOf(guide, decodeURI(target));
      const { anchors } = GUIDES.get(file) ?? {};
      return !isThere(file) || (anchor !== undefined && anchors?.has(anchor) === false);
    })
    .map(({ line, text }) => `${guide.file}:${line}: ${text}`);

/** Paths in code that begin with one of our folders and do not exist; a placeholder or `*` matches any file. */
const missingPaths = (guide: Guide): string[] =>
  guide.spans
    .filter(({ text }) => /^\.{0,2}[\w@.<>*-]+(?:\/[\w@.<>*-]+)+\/?$/.test(text))
    .filter(({ text }) => FOLDERS.has(text.split('/', 1).join('')))
    // A person makes the file of a stack.
    .filter(({ text }) => !/\/Pulumi\.\w+\.yaml$/.test(text))
    .filter(({ text }) => {
      const target = path.posix.normalize(text).replace(/\/$/, '');
      const pattern = target
        .split(/<[^>]*>|\*+/)
        .map((part) => part.replaceAll('.', String.raw`\.`))
        .join('.*');
      const fits = new RegExp(`^${pattern}$`);
      return ![...FILES, ...FOLDERS].some((file) => fits.test(file)) && !isIgnored(target);
    })
    .map(({ line, text }) => `${guide.file}:${line}: ${text}`);

/** Names of npm scripts in a text that do not exist. */
const missingScripts = (guide: Guide): string[] =>
  [...read(guide.file).matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(test|start)\b)/g)]
    .map(([, named, short]) => named ?? short ?? '')
    .filter((name) => !Object.hasOwn(packageJson.scripts, name));

describe.each([...GUIDES])('%s', (_, guide) => {
  test('has only valid links', () => {
    expect(brokenLinks(guide)).toEqual([]);
  });

  test('names only files and folders that exist', () => {
    expect(missingPaths(guide)).toEqual([]);
  });

  test('names only npm scripts that exist', () => {
    expect(missingScripts(guide)).toEqual([]);
  });
});

test('the guides exist', () => {
  expect([...GUIDES.keys()]).toEqual(expect.arrayContaining(['README.md', 'AGENTS.md', 'docs/azure.md']));
});

test('each command that builds the image names the platform of Container Apps', () => {
  const commands = [...GUIDES.keys(), 'app/Dockerfile'].flatMap((file) =>
    [...read(file).matchAll(/docker build .*-t .*/g)].map(([command]) => command),
  );
  expect(commands.length).toBeGreaterThanOrEqual(3);
  expect(commands.filter((command) => !command.includes(' --platform linux/amd64 '))).toEqual([]);
});

test('docs/aws.md has a line for every setting of an environment, and for nothing else', () => {
  const [, section = ''] = read('docs/aws.md').split('## Settings of an environment\n');
  const [list = ''] = section.split('\n**', 1);
  const names = [...list.matchAll(/^- `(\w+)`/gm)].map(([, name = '']) => name);
  expect(names.toSorted()).toEqual(Object.keys(environmentSettings.shape).toSorted());
});
