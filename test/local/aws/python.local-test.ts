import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { runChild } from '../../../local/aws/child-process';
import { findPython } from '../../../local/aws/find-python';
import { ensureVenv } from '../../../local/aws/python';
import { ROOT } from './support';

let cacheDirectory: string;
let pinned: string;

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'venv-test-'));
  const all = await readFile(join(ROOT, 'local/aws/requirements.txt'), 'utf8');
  pinned = /^six==(.*\n)(\s+--hash.*\n)+/m.exec(all)?.[0] ?? '';
});
afterEach(async () => {
  const left = (await readdir(cacheDirectory)).filter((name) => name.includes('.partial-'));
  await Promise.all(left.map((name) => rm(join(cacheDirectory, name), { recursive: true })));
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
});
afterAll(() => rm(cacheDirectory, { recursive: true }));

async function install(
  requirements: string,
  report: (text: string) => void = () => undefined,
  signal?: AbortSignal,
): Promise<string> {
  const requirementsFile = await write(requirements);
  return ensureVenv({ name: 'test', requirementsFile, cacheDirectory, report, signal });
}

async function write(requirements: string): Promise<string> {
  const file = join(await mkdtemp(join(cacheDirectory, 'requirements-')), 'requirements.txt');
  await writeFile(file, requirements);
  return file;
}

const environments = async (): Promise<string[]> =>
  (await readdir(cacheDirectory)).filter((name) => name.startsWith('venv-'));

test('an interrupted installation leaves no environment', async () => {
  const controller = new AbortController();
  const call = install(
    pinned,
    (text) => text.startsWith('Collecting') && controller.abort(),
    controller.signal,
  );
  await expect(call).rejects.toThrow('aborted');
  expect(await environments()).toEqual([]);
});

test('after kill -9 during an installation the next run installs again, and removes the rest', async () => {
  const args = ['--import', 'tsx', join(__dirname, 'venv-parent.ts'), await write(pinned), cacheDirectory];
  const killed = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: killed.stdout });
  for await (const line of lines) if (line.startsWith('Collecting')) break;
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(await environments()).toEqual([expect.stringContaining('.partial-')]);

  const python = await install(pinned);
  expect(await environments()).toEqual([basename(dirname(dirname(python)))]);
  await rm(dirname(dirname(python)), { recursive: true });
});

test('the installation ends with its parent process', async () => {
  const { command, args } = await findPython();
  const script = join(ROOT, 'local/aws/emulator/ends_with_parent.py');
  const forever = ['-I', script, 'http.server', '0', '--bind', '127.0.0.1'];
  const child = spawn(command, [...args, ...forever], {
    stdio: ['pipe', 'ignore', 'inherit'],
    timeout: 20_000,
  });
  // The system closes this pipe when the parent is killed.
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([1, null]);
});

test('two parallel runs create one working environment, and a later run installs nothing', async () => {
  const [one, other] = await Promise.all([install(pinned), install(pinned)]);
  expect(other).toBe(one);
  const { code } = await runChild({ command: one, args: ['-I', '-c', 'import six'] });
  expect(code).toBe(0);

  const reported: string[] = [];
  expect(await install(pinned, (text) => reported.push(text))).toBe(one);
  expect(reported).toEqual([]);
});

test('an environment whose Python lost its packages is installed again', async () => {
  const python = await install(pinned);
  const { stdout } = await runChild({
    command: python,
    args: ['-I', '-c', 'import pip; print(pip.__path__[0])'],
  });
  await rm(stdout.trim(), { recursive: true });
  const reported: string[] = [];
  expect(await install(pinned, (text) => reported.push(text))).toBe(python);
  expect(reported[0]).toContain('has changed or is missing');
});

test('a package whose hash is not the pinned one is not installed', async () => {
  const forged = pinned.replaceAll(/sha256:\w{8}/g, 'sha256:00000000');
  await expect(install(forged)).rejects.toThrow(
    /^pip: cannot install the packages of .*, got exit code 1\.[^]*HASHES/,
  );
});

test('the installation uses the given proxies, and its error names the proxy setting', async () => {
  const requirementsFile = await write(`# through a proxy\n${pinned}`);
  const proxies = { HTTPS_PROXY: 'http://127.0.0.1:9', PIP_FIND_LINKS: '' };
  const report = (): undefined => undefined;
  await expect(
    ensureVenv({ name: 'test', requirementsFile, cacheDirectory, proxies, report }),
  ).rejects.toThrow(/^pip: .*HTTPS_PROXY for a proxy[^]*[Pp]roxy/);
});

test('without a package index the error says what to check', async () => {
  const unreachable = `--index-url http://127.0.0.1:9/simple\n${pinned}`;
  await expect(install(unreachable)).rejects.toThrow('Check the connection to the Python package index');
});
