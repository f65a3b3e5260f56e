import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each([
  'local/aws/requirements.txt',
  'scripts/cfn-lint.requirements.txt',
  'scripts/zizmor.requirements.txt',
])('%s', (path) => {
  const lines = read(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test('pins every package to one version with hashes, and sets no index', () => {
    for (const line of lines) {
      expect(line).toMatch(
        /^([a-z0-9.-]+==[0-9a-z.]+( ; python_full_version \S+ '[\d.]+')? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$/,
      );
    }
  });
});

test('the hooks expect the installed version', () => {
  const installed = /^ministack==(\S+)/m.exec(read('local/aws/requirements.txt'))?.[1];
  const expected = /^EXPECTED_VERSION = "(.*)"$/m.exec(read('local/aws/emulator/hooks.py'))?.[1];
  expect(expected).toBe(installed);
});
