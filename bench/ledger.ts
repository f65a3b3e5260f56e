import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '../app/app';
import { readConfig } from '../app/config';
import type { Fact } from '../app/ledger/facts';
import { Ledger } from '../app/ledger/ledger';
import { openLedgerFile } from '../app/ledger/ledger-file';
import { dayPartition, newestFirstKey, OPEN, openKey } from '../app/ledger/rows';
import { openDatabase } from '../app/ledger/sqlite';
import type { RowValue, Store } from '../app/ledger/store';
import { summaryOf } from '../app/ledger/summary';
import { pageLifeSec, pageTokens } from '../app/security/page-token';
import { list } from '../ops/ledger/list';
import { ON, TestClock } from '../test/app/helpers';
import { FakeTavus } from '../test/app/watch/fake-tavus';
import { watching, type WatchingProcess } from '../test/app/watch/process';
import { countIn, pairs, report, runsIn } from './median';

/** Queries of operators and of the watch must not get slower as the ledger file grows. */
const MAX_RATIO = 1.1;
const FEW = 1_000;
const MAX_WRITE_SEC = 180;

const NOW = new TestClock().now();
const DAYS = 20;
const DAY_MS = 86_400_000;
const BATCH = 10_000;

/** One of this many conversations is still open, but not due. */
const OPEN_EVERY = 1_000;

/** A unique id for each number below 2^32; neighbours differ widely, like random ids. */
const scattered = (n: number): string => (Math.imul(n, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
const startIdOf = (n: number): string => scattered(n).padEnd(32, '0');
const conversationIdOf = (n: number): string => `c${scattered(n).padEnd(15, '0')}`;

/** The newest first. */
const timeOf = (n: number, count: number): number => NOW - Math.round(((n + 1) * DAYS * DAY_MS) / count);

function factsOf(n: number, count: number): readonly (readonly [key: string, fact: Fact])[] {
  const at = timeOf(n, count);
  const conversationId = conversationIdOf(n);
  return [
    [
      'cb:0123456789abcdef0123456789abcdef',
      {
        kind: 'callback',
        at: at + 600_000,
        conversationId,
        event: 'application.recording_ready',
        via: 'sent',
        recording: { key: `tavus/${conversationId}/${at}`, durationSec: 600, wrong: [] },
      },
    ],
    [
      'expected',
      {
        kind: 'expected',
        at,
        isRecorded: true,
        storage: { bucket: 'acme-recordings', region: 'us-east-1', retentionDays: 90 },
        longestCallSec: 3600,
        absentSec: 300,
        callsBack: true,
      },
    ],
    ['outcome', { kind: 'outcome', at: at + 1000, result: 'created', conversationId }],
  ];
}

type NewRow = readonly [partition: string, key: string, value: RowValue];

/** All rows in key order, which is the fastest to write. */
function* rowsOf(count: number): Generator<NewRow> {
  const first = summaryOf(
    startIdOf(0),
    factsOf(0, count).map(([, fact]) => fact),
  );
  // Only ids and times differ.
  const summary = (n: number): RowValue => ({
    ...first,
    start: startIdOf(n),
    conversation: conversationIdOf(n),
    at: timeOf(n, count),
  });
  const numbers = Array.from({ length: count }, (_, n) => n);
  const byId = numbers.toSorted((one, other) => (startIdOf(one) < startIdOf(other) ? -1 : 1));
  for (const n of byId) yield [`c:${conversationIdOf(n)}`, 'start', summary(n)];
  for (const n of numbers) {
    const at = timeOf(n, count);
    yield [dayPartition(at), newestFirstKey(at, startIdOf(n)), summary(n)];
  }
  for (const n of numbers) {
    if (n % OPEN_EVERY === 0) yield [OPEN, openKey(NOW + 30 * DAY_MS + n, startIdOf(n)), {}];
  }
  for (const n of byId) {
    for (const [key, fact] of factsOf(n, count)) yield [`s:${startIdOf(n)}`, key, fact];
  }
}

/** Writes with SQLite directly; the ledger would sync each batch to disk. */
function write(file: string, count: number): void {
  const database = openDatabase(file);
  const insert = database.prepare('INSERT INTO rows (partition, key, value, etag) VALUES (?, ?, ?, ?)');
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  let written = 0;
  for (const [partition, key, value] of rowsOf(count)) {
    insert.run(partition, key, JSON.stringify(value), 'e');
    written += 1;
    if (written % BATCH === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

interface Filled {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly watcher: WatchingProcess;
  readonly requests: BackendRequests;
}

/** Requests to a backend. */
interface BackendRequests {
  /** Status of one conversation, as its page requests it. */
  readonly status: (n: number) => Promise<void>;
  /** First page of `/recordings`. */
  readonly list: () => Promise<void>;
}

async function fill(folder: string, count: number): Promise<Filled> {
  const file = path.join(folder, `${count}.sqlite`);
  const options = { user: 'backend', warn: console.log } as const;
  await (await openLedgerFile(file, options)).close();
  const startedAt = performance.now();
  write(file, count);
  const seconds = (performance.now() - startedAt) / 1000;
  const megabytes = statSync(file).size / 1_048_576;
  console.log(
    `${count} conversations: written in ${seconds.toFixed(0)} s (limit ${MAX_WRITE_SEC}), ${megabytes.toFixed(0)} MiB`,
  );
  if (seconds > MAX_WRITE_SEC) process.exitCode = 1;
  const store = await openLedgerFile(file, { ...options, user: 'command-line' });
  const tavus = new FakeTavus();
  const watcher = watching({ store, tavus, clock: new TestClock(), level: 'error' });
  // Runs the daily work now.
  await watcher.after(0);
  return { store, ledger: new Ledger(store), watcher, requests: await openBackend(store, tavus) };
}

const OPERATOR_KEY = 'the-key-of-this-bench';

async function openBackend(store: Store, tavus: FakeTavus): Promise<BackendRequests> {
  const clock = new TestClock();
  const config = readConfig({ ...ON, OPERATOR_KEY, LOG_LEVEL: 'error' });
  const backend = await buildApp(config, { clock, store, dispatcher: tavus.sender, limits: null });
  const tokens = pageTokens(config.callbackSecrets, { clock, lifeSec: pageLifeSec(config.tavus.limits) });
  const ask = async (url: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const { statusCode, body } = await backend.app.inject({ url, headers });
    if (statusCode !== 200 || !body.includes('"announced"')) {
      throw new Error(`${url}: returned the wrong response, got status ${statusCode}.`);
    }
  };
  return {
    status(n) {
      const id = conversationIdOf(n);
      return ask(`/tavus/status/${id}`, { 'x-page-token': tokens.make(id, true) });
    },
    list: () => ask('/recordings/api/conversations', { authorization: `Bearer ${OPERATOR_KEY}` }),
  };
}

/** Microseconds each. */
async function timed(times: number, work: (turn: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let turn = 0; turn < times; turn += 1) await work(turn);
  return ((performance.now() - startedAt) * 1000) / times;
}

const DISCARD = { write: () => true };

const MEASUREMENTS: Readonly<Record<string, (filled: Filled) => Promise<number>>> = {
  'recordings list, 50 rows': ({ ledger }) =>
    timed(20, () =>
      list(
        { ledger, where: 'the bench', signedInAs: () => Promise.resolve(undefined) },
        {
          context: { env: {}, stdout: DISCARD, stderr: DISCARD },
          nowMs: NOW,
          json: false,
          missing: false,
          foreign: false,
          adopt: false,
          sinceMs: undefined,
          id: '',
        },
      ),
    ),
  'first page of /recordings': ({ requests }) => timed(20, () => requests.list()),
  // Pages request recent conversations.
  'GET /tavus/status of the newest thousand': ({ requests }) => timed(FEW, (n) => requests.status(n)),
  'watch, a round with nothing due': ({ watcher }) => timed(5, () => watcher.after(60)),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string' }, conversations: { type: 'string' } },
  });
  const runs = runsIn(values.runs, 51);
  const why = 'There is nothing to compare with.';
  const count = countIn({ name: '--conversations', why }, values.conversations, 1_000_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));
  try {
    const few = await fill(folder, FEW);
    const many = await fill(folder, count);
    for (const [title, work] of Object.entries(MEASUREMENTS)) {
      const all = await pairs(runs, { ours: () => work(many), bare: () => work(few) });
      report(`${title}: ${count} against ${FEW} conversations`, 'us', `${FEW} conversations`, all, MAX_RATIO);
    }
    await Promise.all([few.store.close(), many.store.close()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
