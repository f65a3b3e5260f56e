import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ledger } from '../../app/ledger/ledger';
import { openLedgerFile } from '../../app/ledger/ledger-file';
import { dayPartition, factsPartition, newestFirstKey } from '../../app/ledger/rows';
import { readAll, type Store } from '../../app/ledger/store';
import { writeSummary } from '../../app/ledger/summary';
import type { Fact } from '../../app/ledger/facts';
import { main, type LedgerCommand } from '../../ops/ledger/command-line';
import { UsageError } from '../../ops/usage-error';
import { cliContext, type Written } from './run';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();

let folder: string;
let file: string;
/** The backend's store, which stays open during the commands. */
let store: Store;
let ledger: Ledger;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ledger-commands-'));
  file = path.join(folder, 'ledger.sqlite');
  store = await openLedgerFile(file, { user: 'backend', warn: () => undefined });
  ledger = new Ledger(store);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** As the command line does, without modules of other commands. */
async function run(
  [command, ...args]: readonly [LedgerCommand, ...string[]],
  env: NodeJS.ProcessEnv = { LEDGER_URL: `file:${file}` },
): Promise<Written & { readonly code: number }> {
  const context = cliContext(env);
  const code = await main(command, args, context).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    context.stderr.write(error.message);
    return 2;
  });
  return { ...context.written, code };
}

const idOf = (n: number): string => String(n).padStart(32, '0');

/** A start with these facts; its conversation is `c<n>`. */
async function start(n: number, agoMs: number, ...facts: readonly Fact[]): Promise<void> {
  const at = NOW - agoMs;
  await ledger.expect(
    idOf(n),
    {
      expected: {
        kind: 'expected',
        at,
        isRecorded: true,
        consent: {
          textVersion: '2026-06-01',
          textSha256: 'ab'.repeat(32),
          acceptedAt: new Date(at).toISOString(),
        },
        storage: { bucket: 'acme-recordings', region: 'us-east-1', retentionDays: 30 },
        longestCallSec: 3600,
        absentSec: 300,
        callsBack: true,
      },
      person: { kind: 'person', at, of: 'start', name: `Interview ${n}`, locale: 'en-GB' },
    },
    at + 300_000,
  );
  await ledger.add(idOf(n), { kind: 'outcome', at: at + 1000, result: 'created', conversationId: `c${n}` });
  for (const fact of facts) await ledger.add(idOf(n), fact);
  await writeSummary(ledger, idOf(n));
}

const judged = (agoMs: number, verdict: 'missing' | 'unannounced', cause: string): Fact => ({
  kind: 'judged',
  at: NOW - agoMs,
  n: 1,
  verdict,
  cause,
  evidence: ['Page: no reports.'],
});
const ready = (n: number, agoMs: number): Fact => ({
  kind: 'callback',
  at: NOW - agoMs,
  conversationId: `c${n}`,
  event: 'application.recording_ready',
  via: 'sent',
  recording: { key: `tavus/c${n}/${NOW - agoMs}`, durationSec: 90, wrong: [] },
});

const columns = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('recordings list', () => {
  beforeEach(async () => {
    await start(1, 10 * DAY_MS, judged(10 * DAY_MS, 'missing', 'not-asked'));
    await start(2, 40 * DAY_MS, judged(40 * DAY_MS, 'missing', 'unknown'));
    await start(3, 2 * HOUR_MS, ready(3, HOUR_MS));
    await start(4, HOUR_MS, judged(60_000, 'unannounced', 'no-callbacks'));
  });

  test('is newest first, with state, cause, conversation and name', async () => {
    const { code, stdout } = await run(['list']);
    expect(code).toBe(0);
    expect(columns(stdout).map(([, ...rest]) => rest)).toEqual([
      ['unannounced', 'no-callbacks', 'c4', '"Interview 4"'],
      [
        'announced',
        expect.stringMatching(/^c3$/),
        expect.stringContaining('announced, 90 s, expires 2'),
        '"Interview 3"',
      ],
      ['missing', 'not-asked', 'c1', '"Interview 1"'],
    ]);
  });

  test('--since sets the earliest time', async () => {
    const countOf = async (since: string): Promise<number> =>
      (await run(['list', '--json', '--since', since])).stdout.split('\n').length - 1;
    expect(await countOf('1d')).toBe(2);
    expect(await countOf('90d')).toBe(4);
    expect(await countOf(new Date(NOW - 11 * DAY_MS).toISOString().slice(0, 10))).toBe(3);
    expect(await countOf(new Date(NOW - 90 * 60_000).toISOString())).toBe(1);
  });

  test('--missing lists missing and unannounced recordings of all time', async () => {
    const { stdout } = await run(['list', '--missing', '--json']);
    const rows = stdout.trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row))).toEqual([
      expect.objectContaining({ conversation: 'c4', state: 'unannounced', cause: 'no-callbacks' }),
      expect.objectContaining({ conversation: 'c1', state: 'missing', cause: 'not-asked' }),
      expect.objectContaining({ conversation: 'c2', state: 'missing' }),
    ]);
  });

  test('has at most fifty rows by default, and says so', async () => {
    const at = NOW - 5000;
    const starts = Array.from({ length: 50 }, (_, n) => idOf(100 + n));
    await store.write(
      dayPartition(at),
      starts.map((id) => ({
        kind: 'insert',
        key: newestFirstKey(at, id),
        value: { start: id, at, state: 'starting', facts: 2, recordings: [], recordingCount: 0 },
      })),
    );
    const first = await run(['list']);
    expect(first.stdout.split('\n')).toHaveLength(51);
    expect(first.stderr).toBe(`The newest 50 of ${file}; more with --since, such as --since 90d.\n`);
    const all = await run(['list', '--since', '30d']);
    expect([all.stdout.split('\n').length, all.stderr]).toEqual([54, '']);
  });

  test('escapes control characters in a name, because a terminal would interpret them', async () => {
    await store.write(`s:${idOf(4)}`, [{ kind: 'delete', key: 'person:start' }]);
    await ledger.add(idOf(4), { kind: 'person', at: NOW, of: 'start', name: 'a\u{1b}[2Jb\nc' });
    await writeSummary(ledger, idOf(4));
    const { stdout } = await run(['list']);
    expect(columns(stdout)[0]).toContain('"a\\u001B[2Jb\\u000Ac"');
  });
});

test('for an empty ledger says what to do', async () => {
  for (const args of [['list'], ['list', '--missing']] as const) {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('no conversation has been started with this ledger. Start one on /qa');
  }
});

test('without missing recordings says so', async () => {
  await start(3, HOUR_MS);
  expect((await run(['list', '--missing'])).stderr).toBe(`${file}: nothing is missing.\n`);
});

describe('recordings show', () => {
  beforeEach(() =>
    start(
      1,
      HOUR_MS,
      { kind: 'page', at: NOW - HOUR_MS + 5000, reportId: 'r1', event: 'joined', pageAt: NOW },
      judged(60_000, 'unannounced', 'not-asked'),
      { kind: 'told', at: NOW - 59_000, n: 1 },
    ),
  );

  test.each([['c1'], [idOf(1)]])('by %s prints state, cause, consent and all facts in order', async (id) => {
    const { code, stdout, stderr } = await run(['show', id]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')).toBe(
      [
        `Start         ${idOf(1)}, <time>`,
        'Conversation  c1, "Interview 1"',
        'State         unannounced: Tavus should have announced the recording, but has not. The backend cannot or may not read the bucket.',
        'Cause         not-asked: The page did not ask for the recording: it joined but never called startRecording(). See docs/runbook.md#not-asked.',
        `Consent       text 2026-06-01 (SHA-256 of the text ${'ab'.repeat(32)}), accepted at <time>, in en-GB`,
        '',
        '<time>  Start: to be recorded into acme-recordings (us-east-1, kept 30 days).',
        '<time>  Person, of start (name Interview 1, locale en-GB).',
        '<time>  Tavus created conversation c1.',
        '<time>  Page: joined the room.',
        '<time>  Watch, judgement 1: unannounced (not-asked). Page: no reports.',
        '<time>  An operator was notified of judgement 1.',
        '',
      ].join('\n'),
    );
  });

  test('--json has the same for programs', async () => {
    const { stdout } = await run(['show', 'c1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      start: idOf(1),
      conversation: 'c1',
      state: 'unannounced',
      cause: 'not-asked',
      reason: expect.stringContaining('The page did not ask'),
      runbook: 'docs/runbook.md#not-asked',
      consent: { textVersion: '2026-06-01' },
      facts: [
        { kind: 'expected' },
        { kind: 'person' },
        { kind: 'outcome' },
        { kind: 'page' },
        { kind: 'judged' },
        { kind: 'told' },
      ],
    });
  });

  test.each(['c9', 'tavus/c1/1', '../x', 'ä'.repeat(600)])('fails for %s that is unknown', async (id) => {
    const { code, stdout, stderr } = await run(['show', id]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('No conversation or start of this backend has this id. Copy it from');
  });
});

describe('recordings repair', () => {
  test('rewrites lost and garbled rows from the facts; a second run changes nothing', async () => {
    await start(1, DAY_MS, judged(1000, 'missing', 'unknown'));
    await start(2, HOUR_MS);
    const before = await run(['export']);
    const rows = await readAll(store, `d:${new Date(NOW - DAY_MS).toISOString().slice(0, 10)}`);
    // Soon after midnight the other start is on the same day.
    const day = rows.find(({ value }) => value['conversation'] === 'c1');
    if (day === undefined) throw new Error('There is no row of the day.');
    await store.write(day.partition, [{ kind: 'delete', key: day.key }]);
    await store.write('c:c1', [{ kind: 'delete', key: 'start' }]);
    await store.write('x:missing', [{ kind: 'delete', key: day.key }]);
    await store.write('x:gone', [{ kind: 'insert', key: day.key, value: {} }]);
    const second = await store.get('c:c2', 'start');
    await store.write('c:c2', [
      { kind: 'replace', key: 'start', value: { start: 7 }, etag: second?.etag ?? '' },
    ]);
    expect((await run(['show', 'c1'])).code).toBe(1);

    expect(await run(['repair'])).toEqual({
      code: 0,
      stdout: `2 starts of ${file}: 5 rows changed.\n`,
      stderr: '',
    });
    expect((await run(['export'])).stdout).toBe(before.stdout);
    expect((await run(['show', 'c1'])).code).toBe(0);
    expect((await run(['repair'])).stdout).toBe(`2 starts of ${file}: 0 rows changed.\n`);
  });

  test('finds starts whose facts are on two pages', async () => {
    await start(1, HOUR_MS);
    await start(2, HOUR_MS);
    for (let batch = 0; batch < 11; batch += 1) {
      await store.write(
        factsPartition(idOf(1)),
        Array.from({ length: 100 }, (_, n) => ({
          kind: 'insert',
          key: `page:${batch}-${n}`,
          value: { kind: 'page', at: NOW, reportId: `${batch}-${n}`, event: 'joined', pageAt: NOW },
        })),
      );
    }
    expect((await run(['repair'])).stdout).toBe(`2 starts of ${file}: 2 rows changed.\n`);
  });
});

test('recordings export writes every row as a line of JSON, without rows that live for an hour', async () => {
  await start(1, HOUR_MS);
  await ledger.lookAt(idOf(1), NOW);
  await store.write('idem', [{ kind: 'insert', key: 'k', value: { sealed: 'sealed' } }]);
  await store.write('watch', [{ kind: 'insert', key: 'lease', value: {} }]);
  const { code, stdout, stderr } = await run(['export']);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row));
  expect(code).toBe(0);
  expect(stderr).toBe(`${rows.length} rows of ${file}.\n`);
  expect(rows.map(({ partition }) => partition.slice(0, 2))).toEqual([
    'c:',
    'd:',
    'op',
    'op',
    's:',
    's:',
    's:',
  ]);
  expect(rows.at(-1)).toEqual({
    partition: `s:${idOf(1)}`,
    key: 'person:start',
    value: { kind: 'person', at: NOW - HOUR_MS, of: 'start', name: 'Interview 1', locale: 'en-GB' },
  });
});

describe('a command is refused', () => {
  const CASES: readonly (readonly [
    string,
    readonly [LedgerCommand, ...string[]],
    NodeJS.ProcessEnv,
    string,
  ])[] = [
    [
      'no LEDGER_URL',
      ['list'],
      {},
      'Without it a backend keeps its ledger in memory, where no other process can read it.',
    ],
    ['a wrong one', ['list'], { LEDGER_URL: 'https://acme.example/?sig=topsecret' }, 'got 35 characters'],
    [
      'a file that is not there',
      ['show', 'c1'],
      { LEDGER_URL: 'file:/no/such/ledger.sqlite' },
      'names a file that does not exist',
    ],
    ['no id', ['show'], {}, 'id: missing, got nothing'],
    ['two ids', ['show', 'c1', 'c1'], {}, 'c1: takes no such word'],
    [
      'a day that there is not',
      ['list', '--since', '2026-02-30'],
      {},
      '--since: is not a time, got 2026-02-30.',
    ],
    ['a word for a time', ['list', '--since', 'monday'], {}, '--since: is not a time, got monday.'],
    ['a time to come', ['list', '--since', '2999-01-01'], {}, '--since: is in the future, got 2999-01-01.'],
    [
      'an env file that is not there',
      ['export', '--env-file', '/no/such'],
      {},
      '--env-file: cannot be read, got /no/such (ENOENT)',
    ],
  ];
  test.each(CASES)('%s', async (_what, args, env, words) => {
    const { code, stdout, stderr } = await run(args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('topsecret');
  });

  test('a file that is not a ledger is not changed', async () => {
    const other = path.join(folder, 'notes.sqlite');
    writeFileSync(other, 'notes');
    const { code, stderr } = await run(['repair'], { LEDGER_URL: `file:${other}` });
    expect([code, stderr]).toEqual([2, expect.stringContaining('LEDGER_URL: is damaged')]);
    expect(readFileSync(other, 'utf8')).toBe('notes');
  });
});

test('LEDGER_URL is read from --env-file, but the process environment takes precedence', async () => {
  await start(1, HOUR_MS);
  const envFile = path.join(folder, '.env');
  writeFileSync(envFile, `LEDGER_URL=file:${file}\n`);
  expect((await run(['show', 'c1', '--env-file', envFile], {})).code).toBe(0);
  expect(
    (await run(['show', 'c1', '--env-file', envFile], { LEDGER_URL: 'file:/no/such.sqlite' })).code,
  ).toBe(2);
});
