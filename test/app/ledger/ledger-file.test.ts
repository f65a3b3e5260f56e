import { spawnSync } from 'node:child_process';
import nodeFs, {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLedgerFile, type LedgerFileOptions } from '../../../app/ledger/ledger-file';
import { LedgerUnavailable, readAll, type Store } from '../../../app/ledger/store';
import { ProblemsError } from '../../../contract/problem';

const START = Date.parse('2026-06-01T10:00:00Z');

let folder: string;
let file: string;
let nowMs: number;
let warnings: string[];
const stores: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ledger-file-'));
  file = path.join(folder, 'ledger.sqlite');
  nowMs = START;
  warnings = [];
});
afterEach(async () => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<LedgerFileOptions> = {}, location = file): Promise<Store> {
  const store = await openLedgerFile(location, {
    user: 'backend',
    warn: (text) => warnings.push(text),
    clock: { now: () => nowMs },
    ...options,
  });
  stores.push(store);
  return store;
}

async function problemsOf(opening: Promise<Store>): Promise<readonly string[]> {
  try {
    await opening;
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

async function close(store: Store): Promise<void> {
  stores.splice(stores.indexOf(store), 1);
  await store.close();
}

function sql(text: string): void {
  const database = new DatabaseSync(file);
  database.exec(text);
  database.close();
}

const ROW = { kind: 'insert', key: 'k', value: { a: 1 } } as const;

describe('the file', () => {
  test('is created with its folder, only for this user, and keeps its rows after the backend has ended', async () => {
    const location = path.join(folder, 'a', 'b', 'ledger.sqlite');
    const store = await open({}, location);
    await store.write('p', [ROW]);
    expect(statSync(location).mode & 0o777).toBe(0o600);
    await close(store);
    expect(readdirSync(path.dirname(location))).toEqual(['ledger.sqlite']);
    expect(await readAll(await open({}, location), 'p')).toMatchObject([{ key: 'k', value: { a: 1 } }]);
    expect(warnings).toEqual([]);
  });

  test('has a write-ahead log, so that readers do not wait for a writer', async () => {
    await (await open()).write('p', [ROW]);
    expect(existsSync(`${file}-wal`)).toBe(true);
    const raw = new DatabaseSync(file);
    expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    raw.close();
  });

  test('can be read and written by the command line while the backend runs', async () => {
    const backend = await open();
    await backend.write('p', [ROW]);
    const commandLine = await open({ user: 'command-line' });
    expect(await commandLine.get('p', 'k')).toMatchObject({ value: { a: 1 } });
    expect(await commandLine.write('p', [{ ...ROW, key: 'l' }])).toBe('written');
    await close(commandLine);
    expect(await readAll(backend, 'p')).toHaveLength(2);
  });

  test('is not created by the command line', async () => {
    const location = path.join(folder, 'none', 'ledger.sqlite');
    expect(await problemsOf(open({ user: 'command-line' }))).toEqual([
      `LEDGER_URL: names a file that does not exist, got ${JSON.stringify(file)}. There is no ledger to read. Name the file of the backend.`,
    ]);
    expect(await problemsOf(open({ user: 'command-line' }, location))).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a damaged file is refused and not changed:', () => {
  /** A ledger with rows on several pages. */
  async function fill(): Promise<void> {
    const store = await open();
    const keys = Array.from({ length: 100 }, (_, n) => ({
      ...ROW,
      key: `k${n}`,
      value: { text: 'x'.repeat(500) },
    }));
    await store.write('p', keys);
    await close(store);
  }

  const overwrite = (from: number, bytes: number): void => {
    const content = readFileSync(file);
    content.fill(0x5a, from, from + bytes);
    writeFileSync(file, content);
  };

  test.each<[string, string, () => Promise<void> | void]>([
    ['emptied', 'is not a ledger', () => writeFileSync(file, '')],
    ['another kind of file', 'is damaged', () => writeFileSync(file, 'no database. '.repeat(1000))],
    [
      'cut in half',
      'is damaged',
      async () => {
        await fill();
        truncateSync(file, statSync(file).size / 2);
      },
    ],
    [
      'its head overwritten',
      'is damaged',
      async () => {
        await fill();
        overwrite(0, 100);
      },
    ],
    [
      'a page in the middle overwritten',
      'is damaged',
      async () => {
        await fill();
        overwrite(4 * 4096, 4096);
      },
    ],
    ["another program's database", 'is not a ledger', () => sql('CREATE TABLE t (a)')],
    [
      'a ledger of a later version',
      'is a ledger of another version of this backend',
      async () => {
        await fill();
        sql('PRAGMA user_version = 2');
      },
    ],
  ])('%s', async (_what, wrong, damage) => {
    await damage();
    const before = readFileSync(file);
    expect(await problemsOf(open())).toEqual([
      `LEDGER_URL: ${wrong}, got ${JSON.stringify(file)}. It holds the record of all conversations, so it is not replaced by a new one. ` +
        'Restore it from a backup; or move it away with its -wal and -shm files, to begin with an empty ledger.',
    ]);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('moved away without its log', async () => {
    const store = await open();
    await store.write('p', [ROW]);
    const log = path.join(folder, 'other.sqlite-wal');
    copyFileSync(`${file}-wal`, log);
    expect(await problemsOf(open({}, path.join(folder, 'other.sqlite')))).toEqual([
      expect.stringMatching(
        /^LEDGER_URL: names a file that does not exist, although its write-ahead log does, got /,
      ),
    ]);
    expect(readFileSync(log).length).toBeGreaterThan(0);
    expect(existsSync(path.join(folder, 'other.sqlite'))).toBe(false);
  });

  test('a folder', async () => {
    mkdirSync(file);
    expect(await problemsOf(open())).toEqual([
      `LEDGER_URL: cannot be opened (unable to open database file), got ${JSON.stringify(file)}. ` +
        'The ledger could not be read or written. ' +
        'Make sure that this user may read and write the file, and that no other program has it open.',
    ]);
  });
});

describe('the folder', () => {
  async function onFileSystem(type: number): Promise<readonly string[]> {
    const real = await fs.statfs(folder);
    jest.spyOn(fs, 'statfs').mockResolvedValue(Object.assign(real, { type }));
    return problemsOf(open());
  }

  test.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['SMB', 0xfe534d42],
    ['CIFS', 0xff534d42],
  ])('on %s is refused, and nothing is created there', async (name, type) => {
    expect(await onFileSystem(type)).toEqual([
      `LEDGER_URL: is on ${name}, which other computers share, got ${JSON.stringify(folder)}. ` +
        'SQLite needs the file locks and shared memory of one computer; on a shared file system it loses data. ' +
        'Put the file on a local disk, or use a table in Azure Tables.',
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['an overlay', 0x794c7630],
    ['tmpfs', 0x01021994],
  ])('on %s is used, with a warning', async (name, type) => {
    expect(await onFileSystem(type)).toEqual([]);
    expect(warnings).toEqual([
      `LEDGER_URL: is on ${name}, got ${JSON.stringify(folder)}. ` +
        'The ledger is lost when the container ends or the computer restarts. Put the file on a volume.',
    ]);
  });

  test('on a disk is used without a warning', async () => {
    expect(await onFileSystem(0xef53)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('that cannot be written is refused, with all other problems', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    jest.spyOn(fs, 'statfs').mockResolvedValue(Object.assign(await fs.statfs(folder), { type: 0x6969 }));
    const below = path.join(folder, 'file', 'data');
    expect(await problemsOf(open({}, path.join(below, 'ledger.sqlite')))).toEqual([
      expect.stringMatching(
        /^LEDGER_URL: is in a folder that cannot be written \(ENOTDIR\), got .*Give user /,
      ),
      expect.stringMatching(/^LEDGER_URL: is on NFS/),
    ]);
  });

  test('of another user is refused', async () => {
    jest.spyOn(nodeFs, 'accessSync').mockImplementation(() => {
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    });
    expect(await problemsOf(open())).toEqual([expect.stringMatching(/cannot be written \(EACCES\)/)]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('one backend per file:', () => {
  const held = (seconds: number): readonly string[] => [
    `LEDGER_URL: is in use by another backend, process ${process.pid} on ${hostname()}, got ${JSON.stringify(file)}. ` +
      'Two backends with one file would each count their own conversations. ' +
      `Stop the other one; if it has already ended, start again in ${seconds} s.`,
  ];

  test('a second one is refused until the first has ended', async () => {
    const first = await open();
    expect(await problemsOf(open())).toEqual(held(30));
    await close(first);
    expect(await problemsOf(open())).toEqual([]);
  });

  test('the first keeps the file as long as it runs', async () => {
    jest.useFakeTimers();
    await open();
    for (let tens = 0; tens < 6; tens += 1) {
      nowMs += 10_000;
      jest.advanceTimersByTime(10_000);
    }
    nowMs += 9_000;
    expect(await problemsOf(open())).toEqual(held(21));
  });

  test('one that has not renewed its lease for 30 s loses the file, and writes nothing more', async () => {
    jest.useFakeTimers();
    const first = await open();
    nowMs += 29_999;
    expect(await problemsOf(open())).toEqual(held(1));
    nowMs += 1;
    const second = await open();
    jest.advanceTimersByTime(10_000);
    await expect(first.write('p', [ROW])).rejects.toThrow(LedgerUnavailable);
    await expect(first.get('p', 'k')).rejects.toThrow('Another backend has taken the ledger file over.');
    expect(await second.write('p', [ROW])).toBe('written');
    // Its end does not release the file of the new owner.
    await close(first);
    expect(await problemsOf(open())).toHaveLength(1);
  });

  test('a lease in the future, after the clock was set back, does not block the file for ever', async () => {
    await open();
    nowMs -= 3_600_000;
    expect(await problemsOf(open())).toEqual([]);
  });

  const goneProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid;

  test('the file of a dead process is free at once', async () => {
    await open();
    sql(`UPDATE holder SET pid = ${goneProcess()}`);
    expect(await problemsOf(open())).toEqual([]);
  });

  test.each([
    ['on another computer', 'host'],
    ['in another container', 'boot'],
  ])('a process %s may still be running', async (_where, column) => {
    await open();
    sql(`UPDATE holder SET pid = ${goneProcess()}, ${column} = 'another'`);
    expect(await problemsOf(open())).toHaveLength(1);
  });
});
