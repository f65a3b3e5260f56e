import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCdk } from '../../../local/aws/cdk';
import { ROOT, startTestEmulator } from './support';
import type { TestEmulator } from './support';

let running: TestEmulator;

beforeAll(async () => {
  running = await startTestEmulator();
});
afterAll(() => running.stop());

function cdk(
  args: string[],
  report: (line: string) => void = () => undefined,
  signal?: AbortSignal,
): ReturnType<typeof runCdk> {
  const { emulator, directory } = running;
  return runCdk({ emulator, args, directory, root: ROOT, report, signal });
}

/** Arguments for an app with this code. */
async function app(code: string): Promise<string[]> {
  const file = join(running.directory, 'app.cjs');
  await writeFile(file, code);
  return ['--app', `node ${file}`, '--output', join(running.directory, 'assembly')];
}

test('a failing command is an error with the end of its output', async () => {
  const call = cdk(['synth', ...(await app("throw new Error('broken app')"))]);
  await expect(call).rejects.toThrow(
    /^cdk synth .*: failed on the AWS emulator, got exit code 1\.[^]*broken app/,
  );
});

// Runs until its parent ends, so a command that waits for it would never end.
const FOREVER = `
console.log('app runs');
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 50);`;

test('an aborted signal ends the command without waiting for the app', async () => {
  const controller = new AbortController();
  const args = ['synth', ...(await app(FOREVER))];
  const call = cdk(args, (line) => line === 'app runs' && controller.abort(), controller.signal);
  await expect(call).rejects.toThrow('aborted');
});

test('the command ends with its parent process', async () => {
  const preload = pathToFileURL(join(ROOT, 'local/aws/ends-with-parent.mjs')).href;
  const forever = ['--import', preload, '--eval', 'setInterval(() => {}, 60_000)'];
  const child = spawn(process.execPath, forever, { stdio: ['pipe', 'ignore', 'inherit'], timeout: 20_000 });
  // The system closes this pipe when the parent is killed.
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([1, null]);
});

test('the watch of the parent does not keep a finished command running', async () => {
  const preload = pathToFileURL(join(ROOT, 'local/aws/ends-with-parent.mjs')).href;
  const child = spawn(process.execPath, ['--import', preload, '--eval', '0'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
});
