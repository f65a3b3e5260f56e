import { spawnSync } from 'node:child_process';
import { envExample, isPartName, marks, PARTS, withPulumiConfig } from '../../scripts/documents';
import { READ_SETTINGS, settingRow } from '../../contract/settings';
import { read, ROOT } from './project';

/** A part without the widths of a table's columns, which Prettier chooses. */
const narrow = (part: string): string => part.replaceAll(/ {2,}|-{3,}/g, (run) => run.charAt(0));

describe('what `npm run documents` makes', () => {
  test('env.example is up to date', () => {
    expect(read('env.example')).toBe(envExample());
  });

  test('Pulumi.yaml is up to date', () => {
    const project = read('Pulumi.yaml');
    expect(project).toBe(withPulumiConfig(project));
  });

  test.each(Object.keys(PARTS).filter(isPartName))('the part %s of its guide is up to date', (name) => {
    const { document, content } = PARTS[name];
    const text = read(document);
    const { begin, end } = marks(name);
    const part = text.slice(text.indexOf(begin) + begin.length, text.indexOf(end));
    expect(narrow(part.trim())).toBe(narrow(content()));
  });

  test('docker-compose.yml passes every setting of the backend on, with its default', () => {
    const passed = Object.fromEntries(
      [...read('docker-compose.yml').matchAll(/^ {6}(\w+): \$\{(\w+):-(.*)\}$/gm)].map(
        ([, name, variable, standard]) => [name, [variable, standard]],
      ),
    );
    // Inside the container these two are fixed: the port is published, and nothing else can reach it.
    const expected = READ_SETTINGS.filter((name) => name !== 'HOST' && name !== 'PORT').map((name) => [
      name,
      [name, settingRow(name).default ?? ''],
    ]);
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
