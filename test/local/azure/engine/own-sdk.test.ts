import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cloud } from './cloud';
import { runFixture } from './run';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-own-sdk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a project that has an SDK of its own is run by that one's runner", async () => {
  const runner = path.join(folder, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run');
  mkdirSync(runner, { recursive: true });
  writeFileSync(path.join(runner, 'index.js'), "console.log('the other runner');");
  mkdirSync(path.join(folder, 'process'));
  writeFileSync(path.join(folder, 'process', 'index.ts'), '');
  const { exitCode, stdout } = await runFixture('process', { provider: cloud(), rootDirectory: folder });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'the other runner\n' });
}, 30_000);
