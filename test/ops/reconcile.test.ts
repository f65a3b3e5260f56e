import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Fact } from '../../app/ledger/facts';
import { Ledger } from '../../app/ledger/ledger';
import { openLedgerFile } from '../../app/ledger/ledger-file';
import type { Store } from '../../app/ledger/store';
import { writeSummary } from '../../app/ledger/summary';
import { ProblemsError } from '../../contract/problem';
import { main, type LedgerCommand } from '../../ops/ledger/command-line';
import { reconcile } from '../../ops/ledger/reconcile';
import { after, created, days, expected, ID, keyAt, NOW, ready, seen } from '../app/ledger/facts';
import { MemoryBucket } from '../app/recordings/memory-bucket';
import { cliContext, type Written } from './run';

const START = '1'.repeat(32);
const BYTES = new Uint8Array(10);

let folder: string;
let url: string;
let store: Store;
let ledger: Ledger;
let bucket: MemoryBucket;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'reconcile-'));
  const file = path.join(folder, 'ledger.sqlite');
  url = `file:${file}`;
  store = await openLedgerFile(file, { user: 'backend', warn: () => undefined });
  ledger = new Ledger(store);
  bucket = new MemoryBucket(() => NOW);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

type Ran = Written & { readonly code: number };

async function run(...[command, ...args]: readonly [LedgerCommand, ...string[]]): Promise<Ran> {
  const context = cliContext({ LEDGER_URL: url });
  const code = await main(command, args, context);
  return { ...context.written, code };
}

/** `recordings reconcile`, with a bucket in memory. */
async function compared({ adopt = false, json = false } = {}): Promise<Ran> {
  const context = cliContext({});
  const code = await reconcile(
    { ledger, where: 'the ledger', signedInAs: async () => undefined },
    {
      context,
      nowMs: after(days(2)),
      json,
      adopt,
      missing: false,
      foreign: false,
      sinceMs: undefined,
      id: '',
    },
    () => ({ bucket, name: 'acme-recordings' }),
  );
  return { ...context.written, code };
}

async function know(...facts: readonly Fact[]): Promise<void> {
  for (const one of [expected(), created(), ...facts]) await ledger.add(START, one);
  await writeSummary(ledger, START);
}

describe('recordings reconcile', () => {
  test('lists foreign and missing objects, and exits with 1', async () => {
    await know(ready(20, 10), seen(30, 10));
    for (const key of ['logs/\u{1b}[31m', `tavus/${ID}/events.json`]) bucket.put(key, BYTES);
    const { code, stdout } = await compared();
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        "acme-recordings: 2 objects. 0 recordings of the ledger's 1 conversations.",
        'Unacknowledged foreign objects: 1',
        '  2026-06-01 10:00:00Z  outside       10 bytes      logs/\\u001B[31m',
        'Gone before they expired: 1',
        `  ${keyAt(10)}`,
        'Other keys below our conversations: 1',
        `  tavus/${ID}/events.json`,
        '',
      ].join('\n'),
    );
  });

  test('prints the same as one JSON object', async () => {
    bucket.put('x', BYTES);
    const { stdout } = await compared({ json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      bucket: 'acme-recordings',
      objects: 1,
      newForeign: 1,
      foreign: { count: 1, first: [{ key: 'x', kind: 'outside', bytes: 10 }] },
      findings: [],
      left: 0,
    });
  });

  test("exits with 0 without findings; Daily's test object is none", async () => {
    bucket.put('daily-co-test-upload.txt', BYTES);
    expect((await compared()).code).toBe(0);
  });

  test('lists a foreign object again until a person has acknowledged it', async () => {
    bucket.put('x', BYTES);
    await compared();
    expect((await compared()).code).toBe(1);
    expect((await run('acknowledge', 'x')).code).toBe(0);
    expect((await compared()).code).toBe(0);
    expect((await run('list', '--foreign')).stdout).toContain('x  acknowledged');
  });

  test('--adopt acknowledges existing objects, not later ones', async () => {
    for (const key of ['x', 'y']) bucket.put(key, BYTES);
    const { code, stdout } = await compared({ adopt: true });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Acknowledged as there before: 2')]);
    expect((await run('list', '--foreign')).stdout.match(/was there before/g)).toHaveLength(2);
    bucket.put('z', BYTES);
    const later = await compared({ json: true });
    expect(JSON.parse(later.stdout)).toMatchObject({ foreign: { count: 1, first: [{ key: 'z' }] } });
  });

  test('has no findings for an incomplete listing', async () => {
    for (const key of ['x', 'y']) bucket.put(key, BYTES);
    bucket.pageSize = 1;
    bucket.cutListings(1);
    const ran = compared();
    await expect(ran).rejects.toThrow(ProblemsError);
    await expect(ran).rejects.toThrow('The listing is not complete, so nothing was concluded');
    expect((await run('list', '--foreign')).stdout).toBe('');
  });

  test('reports all missing settings', async () => {
    const { code, stderr } = await run('reconcile');
    expect(code).toBe(2);
    for (const name of ['BUCKET_NAME', 'BUCKET_REGION']) expect(stderr).toContain(`S3_${name}: missing`);
    expect(stderr).toContain('TAVUS_AWS_ASSUME_ROLE_ARN: missing');
  });
});

describe('recordings acknowledge', () => {
  test('of a conversation is a fact, which list and show have until there is a new event', async () => {
    await know({ kind: 'judged', at: after(60), n: 1, verdict: 'missing', cause: 'unknown', evidence: [] });
    expect((await run('acknowledge', ID)).stdout).toBe(`${ID}: acknowledged.\n`);
    expect((await run('list', '--missing')).stdout).toContain('acknowledged');
    expect((await run('show', ID)).stdout).toMatch(/^Acknowledged {2}20/m);
    const laterMs = Date.now() + 1000;
    await ledger.add(START, {
      kind: 'judged',
      at: laterMs,
      n: 2,
      verdict: 'missing',
      cause: 'not-asked',
      evidence: [],
    });
    await writeSummary(ledger, START);
    expect((await run('list', '--missing')).stdout).not.toContain('acknowledged');
  });

  test('of a prefix covers existing and later objects', async () => {
    bucket.put('logs/1', BYTES);
    await compared();
    expect((await run('acknowledge', 'logs/')).stdout).toContain('Foreign objects there now: 1.');
    for (const key of ['logs/2', 'logsx']) bucket.put(key, BYTES);
    const { stdout } = await compared({ json: true });
    expect(JSON.parse(stdout)).toMatchObject({ foreign: { count: 1, first: [{ key: 'logsx' }] } });
  });

  test.each(['c-unknown', 'unknown key', 'tavus/'])(
    'refuses %s, which would hide relevant objects',
    async (id) => {
      const { code, stderr } = await run('acknowledge', id);
      expect(code).toBe(1);
      expect(stderr).toContain('id: is not known in');
    },
  );
});

test('recordings show says why an object is foreign', async () => {
  bucket.put('tavus/c9/1', BYTES);
  await compared();
  const { code, stdout } = await run('show', 'tavus/c9/1');
  expect([code, stdout]).toEqual([0, expect.stringContaining('No start in this ledger created')]);
});

test('recordings list says that there are foreign objects', async () => {
  bucket.put('x', BYTES);
  await know();
  await compared();
  expect((await run('list', '--since', '2026-05-31')).stderr).toContain('Foreign objects in the bucket: 1');
  await run('acknowledge', 'x');
  expect((await run('list', '--since', '2026-05-31')).stderr).not.toContain('Foreign objects');
});
