import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(__dirname, '..');
const OLD_NODE = pathToFileURL(path.join(__dirname, 'fixtures', 'old-node.mjs')).href;

// The backend's bundle is tested in env-file.test.ts.
test.each([
  ['the doctor', ['ops/bin.mjs', 'doctor'], 2],
  ['the laptop cloud', ['--import', 'tsx', 'local/main.ts', '--once'], 1],
] as const)('%s reports only that its Node is too old', (_, args, code) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', OLD_NODE, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    timeout: 30_000,
  });
  expect(stderr).toMatch(/^Node\.js: is not a supported version, got 22\.0\.0\. [^\n]+\n$/);
  expect([status, stdout]).toEqual([code, '']);
});
