import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Fact } from '../app/ledger/facts';
import { factKey } from '../app/ledger/facts';
import { Ledger } from '../app/ledger/ledger';
import { openLedgerFile } from '../app/ledger/ledger-file';
import { openDatabase } from '../app/ledger/sqlite';
import type { CurrentObject, ObjectVersion } from '../app/recordings/bucket';
import type { MonitoredBucket } from '../app/recordings/open-bucket';
import { reconcile } from '../app/recordings/reconcile';
import { summaryOf } from '../app/ledger/summary';
import { countIn } from './median';

/** The memory of a reconciliation must not grow with bucket and ledger. */
const MAX_SEC = 300;
const MAX_MEMORY_RATIO = 1.2;
const FEW = 10_000;
/** Reconciled first in each process, so that SQLite's cache of 32 MiB is full. */
const WARM = 100_000;

/** With a small heap V8 collects garbage early, so that resident memory is needed memory. */
const SMALL_HEAP = ['--expose-gc', '--max-old-space-size=64', '--max-semi-space-size=2'];

const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);
const DAY_MS = 86_400_000;
const BUCKET = 'acme-recordings';
const CLIP = readFileSync(path.join(__dirname, '../local/tavus/clip.mp4'));

/** One conversation of each special case in this many. */
const EVERY = 1_000;
type Case = 'adopted' | 'as-known' | 'foreign' | 'gone' | 'odd';
const CASES: Readonly<Record<number, Case>> = { 1: 'adopted', 2: 'gone', 3: 'odd', 4: 'foreign' };
const caseOf = (n: number): Case => CASES[n % EVERY] ?? 'as-known';

/** Ids sort like their numbers, so that the listing needs no memory. */
const idOf = (n: number): string => `c${n.toString(16).padStart(15, '0')}`;
const startIdOf = (n: number): string => n.toString(16).padStart(32, '0');
const epochOf = (n: number): number => NOW - 10 * DAY_MS - n;
const keyOf = (n: number): string => `tavus/${idOf(n)}/${epochOf(n)}`;

function factsOf(n: number): readonly Fact[] {
  const at = epochOf(n) - 1000;
  const key = keyOf(n);
  const storage = { bucket: BUCKET, region: 'us-east-1', retentionDays: 90 };
  const known: readonly Fact[] = [
    {
      kind: 'expected',
      at,
      isRecorded: true,
      storage,
      longestCallSec: 3600,
      absentSec: 300,
      callsBack: true,
    },
    { kind: 'outcome', at: at + 500, result: 'created', conversationId: idOf(n) },
  ];
  return caseOf(n) === 'adopted'
    ? known
    : [
        ...known,
        { kind: 'seen', at: at + 900_000, key, versionId: 'v', bytes: CLIP.length, found: 'intact' },
      ];
}

/** Writes the rows that a reconciliation reads: all conversations, and facts of those that it inspects. */
async function write(file: string, count: number): Promise<void> {
  await (await openLedgerFile(file, { user: 'backend', warn: console.log })).close();
  const database = openDatabase(file);
  const insert = database.prepare('INSERT INTO rows (partition, key, value, etag) VALUES (?, ?, ?, ?)');
  const put = (partition: string, key: string, value: object): unknown =>
    insert.run(partition, key, JSON.stringify(value), 'e');
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  for (let n = 0; n < count; n += 1) {
    const what = caseOf(n);
    if (what === 'foreign') continue;
    const facts = factsOf(n);
    put(`c:${idOf(n)}`, 'start', summaryOf(startIdOf(n), facts) ?? {});
    if (what === 'as-known' || what === 'odd') continue;
    for (const one of facts) put(`s:${startIdOf(n)}`, factKey(one, String), one);
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

const version = (key: string): ObjectVersion => ({
  key,
  versionId: 'v',
  isLatest: true,
  isMarker: false,
  bytes: CLIP.length,
  modifiedMs: NOW - 9 * DAY_MS,
});

/** The objects of one conversation. */
function keysOf(n: number): readonly string[] {
  if (caseOf(n) === 'gone') return [];
  return caseOf(n) === 'odd' ? [keyOf(n), `tavus/${idOf(n)}/events.json`] : [keyOf(n)];
}

/** A fake bucket that generates its listing. */
function fakeBucket(count: number): MonitoredBucket {
  const numberIn = (prefix: string): number => parseInt(prefix.slice('tavus/c'.length), 16);
  return {
    unreadableSinceMs: undefined,
    async *objects(): AsyncGenerator<readonly CurrentObject[]> {
      for (let from = 0; from < count; from += 1000) {
        const numbers = Array.from({ length: Math.min(1000, count - from) }, (_, n) => from + n);
        yield numbers.flatMap(keysOf).map(version);
      }
    },
    async *versions(prefix): AsyncGenerator<readonly ObjectVersion[]> {
      yield keysOf(numberIn(prefix)).map(version);
    },
    uploads: async () => [],
    head: async () => ({
      versionId: 'v',
      bytes: CLIP.length,
      modifiedMs: NOW - 9 * DAY_MS,
      encryption: 's3',
      keyArn: undefined,
      checksum: undefined,
      contentType: undefined,
      expiresMs: undefined,
    }),
    read: async (_key, _version, from, to) => CLIP.subarray(from, to),
    link: () => Promise.reject(new Error('This bucket has no links.')),
    close: () => undefined,
  };
}

interface Measured {
  readonly seconds: number;
  readonly rssMib: number;
  readonly heapMib: number;
}

const MIB = 1_048_576;

/** Runs in its own process, so that earlier memory does not hide the growth. */
async function measure(folder: string, count: number): Promise<Measured> {
  await run(folder, WARM, () => undefined);
  let heap = 0;
  const startedAt = performance.now();
  await run(folder, count, (objects) => {
    if (objects % FEW >= 1000) return;
    global.gc?.();
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  });
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, rssMib: process.resourceUsage().maxRSS / 1024, heapMib: heap / MIB };
}

/** @throws Error on unexpected findings */
async function run(folder: string, count: number, onProgress: (objects: number) => void): Promise<void> {
  const store = await openLedgerFile(fileOf(folder, count), { user: 'backend', warn: console.log });
  const bucket = fakeBucket(count);
  const found = await reconcile({
    ledger: new Ledger(store),
    bucket,
    bucketName: BUCKET,
    now: () => NOW,
    onProgress,
  });
  await store.close();
  const each = count / EVERY;
  const counts = [found?.newForeign, found?.findings.length, found?.unexplained.count, found?.left];
  if (counts.join() !== [each, 2 * each, each, 0].join()) throw new Error(`It found ${counts.join(', ')}.`);
}

const fileOf = (folder: string, objects: number): string => path.join(folder, `${objects}.sqlite`);
const newFile = (folder: string, objects: number): string => path.join(folder, `${objects}.new`);

function inChild(folder: string, count: number): Measured {
  // A run changes its ledger, so it gets a copy.
  for (const objects of new Set([WARM, count])) {
    copyFileSync(newFile(folder, objects), fileOf(folder, objects));
  }
  const given = ['--measure', folder, '--objects', String(count)];
  const args = [...SMALL_HEAP, '--import', 'tsx', __filename, ...given];
  const measured: Measured = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const { seconds, rssMib, heapMib } = measured;
  console.log(
    `${count} objects: ${seconds.toFixed(1)} s, at most ${rssMib.toFixed(0)} MiB RSS, ${heapMib.toFixed(1)} MiB live heap`,
  );
  return measured;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { objects: { type: 'string' }, measure: { type: 'string' } } });
  const why = 'There is nothing to compare with.';
  const count = countIn({ name: '--objects', why }, values.objects, 1_000_000);
  if (values.measure !== undefined) {
    console.log(JSON.stringify(await measure(values.measure, count)));
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));
  try {
    for (const objects of new Set([FEW, WARM, count])) await write(newFile(folder, objects), objects);
    const few = inChild(folder, FEW);
    const many = inChild(folder, count);
    const limits = [
      ['seconds', many.seconds, MAX_SEC],
      ['RSS ratio', many.rssMib / few.rssMib, MAX_MEMORY_RATIO],
      ['live heap ratio', many.heapMib / few.heapMib, MAX_MEMORY_RATIO],
    ] as const;
    for (const [what, value, limit] of limits) {
      console.log(
        `  ${what.padEnd(16)} ${value.toFixed(2)} (limit ${limit}): ${value <= limit ? 'passed' : 'FAILED'}`,
      );
      if (value > limit) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
