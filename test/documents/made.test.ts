import { spawnSync } from 'node:child_process';
import { DOCUMENTS } from '../../scripts/documents';
import { read, ROOT } from './guide';

/** A text without the column widths of tables, which Prettier sets. */
const narrow = (text: string): string => text.replaceAll(/ {2,}|-{3,}/g, (run) => run.charAt(0));

test.each(DOCUMENTS)('the generated part of %s is up to date', (file, update) => {
  const text = read(file);
  expect(narrow(text)).toBe(narrow(update(text)));
});

const compose = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync('docker', ['compose', ...args], { cwd: ROOT, encoding: 'utf8' });

// Skipped visibly without docker compose; only the client is needed, no engine.
(compose('version').status === 0 ? describe : describe.skip)('docker compose', () => {
  test.each([[], ['--profile', 'local']])('accepts docker-compose.yml with %j', (...profile) => {
    const { status, stderr } = compose(...profile, 'config', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  });
});
