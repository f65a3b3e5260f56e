import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openLedgerFile } from '../../../app/ledger/ledger-file';
import { readAll, type Store } from '../../../app/ledger/store';

/** The ledger file with real processes that are killed, run out of disk space, or lock it. */

const ROOT = path.resolve(__dirname, '..', '..', '..');
const WRITER = path.join(__dirname, 'writer.ts');

const folder = mkdtempSync(path.join(tmpdir(), 'ledger-process-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

let files = 0;
const newFile = (): string => path.join(folder, `${(files += 1)}.sqlite`);

interface Running {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Resolves with the next line. */
  readonly line: () => Promise<string>;
  readonly ended: Promise<unknown[]>;
}

/** @param script of sh, in which `"$@"` is the command that runs our program */
function run(args: readonly string[], script = 'exec "$@"'): Running {
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, '--import', 'tsx', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const reader = createInterface({ input: child.stdout });
  const lines: string[] = [];
  reader.on('line', (text) => lines.push(text));
  const line = async (): Promise<string> => String((await once(reader, 'line'))[0]);
  return { child, lines, line, ended: once(child, 'close') };
}

const open = (file: string): Promise<Store> =>
  openLedgerFile(file, { user: 'backend', warn: () => undefined });

/** Rows of each batch of a writer, up to the first missing batch. */
async function batchesOf(store: Store, name: string): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let n = 0; ; n += 1) {
    const { length } = await readAll(store, `${name}${n}`);
    if (length === 0) return sizes;
    sizes.push(length);
  }
}

test('kill -9 during a batch: acknowledged rows are kept, no batch is partial, and the next backend starts at once', async () => {
  const file = newFile();
  for (const [round, afterMs] of [0, 3, 7, 11].entries()) {
    const { child, lines, line, ended } = run([WRITER, `file:${file}`, `b${round}-`]);
    await line();
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    const store = await open(file);
    const acknowledged = lines.filter((text) => /^\d+$/.test(text)).length;
    const sizes = await batchesOf(store, `b${round}-`);
    await store.close();
    expect(sizes.length).toBeGreaterThanOrEqual(acknowledged);
    expect(sizes.length).toBeLessThanOrEqual(acknowledged + 1);
    expect(new Set(sizes)).toEqual(new Set([20]));
  }
});

test('a full disk: a write fails completely, reading continues, and writing works again once there is space', async () => {
  const file = newFile();
  await (await open(file)).close();
  // In blocks of 512 bytes or 1 KiB: the size limit for files of this process.
  const { lines, ended } = run([WRITER, `file:${file}`, 'b'], 'ulimit -f 1000; exec "$@"');
  expect(await ended).toEqual([0, null]);
  expect(lines.at(-1)).toMatch(/^The ledger file: .* The first row can be read\.$/);
  const store = await open(file);
  const sizes = await batchesOf(store, 'b');
  expect(sizes).toEqual(Array.from({ length: lines.length - 1 }, () => 20));
  expect(await store.write('p', [{ kind: 'insert', key: 'k', value: {} }])).toBe('written');
  await store.close();
});

test('a write waits while another program, such as the command line, locks the file', async () => {
  const file = newFile();
  const store = await open(file);
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1]);
    database.exec('BEGIN IMMEDIATE');
    console.log('busy');
    setTimeout(() => database.exec('COMMIT'), 500);
  `;
  const { line, ended } = run(['-e', script, file]);
  expect(await line()).toBe('busy');
  const before = performance.now();
  expect(await store.write('p', [{ kind: 'insert', key: 'k', value: {} }])).toBe('written');
  expect(performance.now() - before).toBeGreaterThan(200);
  expect(await ended).toEqual([0, null]);
  await store.close();
});

test("a second backend in another process is refused, and the error names the file's owner", async () => {
  const file = newFile();
  const { child, line } = run([WRITER, `file:${file}`, 'b']);
  await line();
  await expect(open(file)).rejects.toThrow(`is in use by another backend, process ${child.pid}`);
  child.kill('SIGKILL');
});
