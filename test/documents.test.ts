import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../package.json';
import { BACKEND_SETTINGS, envExample, marks, TABLES, withPulumiConfig } from '../.ci/documents';
import { SETTINGS, type Setting } from '../app/contract/settings';
import { environmentSettings } from '../infra-aws/environment-settings';
import { MISTAKES } from '../local/mistakes';

const ROOT = path.resolve(__dirname, '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe.each(['README.md', 'AGENTS.md', 'docs/azure.md', 'docs/deploying-by-ci.md'])('%s', (file) => {
  const text = read(file);

  test('names only scripts that exist', () => {
    const scripts = matches(text, /npm run ([\w:.-]+)/g);
    expect(scripts).not.toEqual([]);
    expect(scripts.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });

  test('names only files and folders that exist', () => {
    const places = matches(text, /`((?:app|infra-aws|infra-azure|ops|local|test|bench|\.ci)\/[\w./-]*)`/g);
    const links = matches(text, /\]\((?!https?:)([^)#]+)\)/g).map((link) =>
      path.join(path.dirname(file), link),
    );
    expect([...places, ...links].filter((place) => !existsSync(path.join(ROOT, place)))).toEqual([]);
  });

  test('names only options of the laptop cloud that exist', () => {
    const broken = matches(text, /--break ([\w-]+)/g);
    expect(broken.filter((name) => !Object.hasOwn(MISTAKES, name))).toEqual([]);
  });
});

describe('README.md', () => {
  const text = read('README.md');

  test('lists every mistake', () => {
    expect(Object.keys(MISTAKES).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test('has a row for every setting of an environment, and for nothing else', () => {
    const section = text.slice(
      text.indexOf('Environments are in the context'),
      text.indexOf('All mistakes in them'),
    );
    expect(matches(section, /^\| `(\w+)`\s+\|/gm).toSorted()).toEqual(
      Object.keys(environmentSettings.shape).toSorted(),
    );
  });
});

/** A table without the widths of its columns, which Prettier chooses. */
const narrow = (table: string): string => table.replaceAll(/ {2,}|-{3,}/g, (run) => run.charAt(0));

describe('what is made from the settings table', () => {
  test('env.example is up to date', () => {
    expect(read('env.example')).toBe(envExample());
  });

  test('Pulumi.yaml is up to date', () => {
    const project = read('Pulumi.yaml');
    expect(project).toBe(withPulumiConfig(project));
  });

  test.each(['settings', 'program-keys', 'github-names'] as const)('the table %s is up to date', (name) => {
    const { document, content } = TABLES[name];
    const text = read(document);
    const { begin, end } = marks(name);
    const table = text.slice(text.indexOf(begin) + begin.length, text.indexOf(end));
    expect(narrow(table.trim())).toBe(narrow(content()));
  });

  test('docker-compose.yml passes every setting of the backend on, with its default', () => {
    const passed = Object.fromEntries(
      [...read('docker-compose.yml').matchAll(/^ {6}(\w+): \$\{(\w+):-(.*)\}$/gm)].map(
        ([, name, variable, standard]) => [name, [variable, standard]],
      ),
    );
    // Inside the container these two are fixed: the port is published, and nothing else can reach it.
    const expected = BACKEND_SETTINGS.filter((name) => name !== 'HOST' && name !== 'PORT').map((name) => {
      const setting: Setting = SETTINGS[name];
      return [name, [name, setting.default ?? '']];
    });
    expect(passed).toEqual(Object.fromEntries(expected));
  });
});

const compose = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync('docker', ['compose', ...args], { cwd: ROOT, encoding: 'utf8' });

// Skipped, visibly, where there is no docker compose; it needs the client alone, no engine.
(compose('version').status === 0 ? describe : describe.skip)('docker compose', () => {
  test.each([[], ['--profile', 'local']])('takes docker-compose.yml with %j', (...profile) => {
    const { status, stderr } = compose(...profile, 'config', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  });
});
