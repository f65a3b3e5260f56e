import { spawn } from 'node:child_process';
import { PutObjectCommand, type DeleteObjectsCommandOutput } from '@aws-sdk/client-s3';
import { readAll, type Store } from '../../../app/ledger/store';
import { receiptsOf } from '../../../app/ledger/receipts';
import { Slots } from '../../../app/ledger/slots';
import { stateOf } from '../../../app/ledger/states';
import { main as erase } from '../../../ops/erase/command-line';
import { main as onLedger } from '../../../ops/ledger/command-line';
import type { TargetConnections } from '../../../ops/erase/target';
import { ROOT } from '../../local/aws/support';
import { cliContext, type Written } from '../run';
import { Dying } from './dying';
import {
  BUCKET,
  conversationStatus,
  createConversation,
  ERASER_POLICY,
  fill,
  fillOthers,
  idsBelow,
  keysOf,
  knownCall,
  NAME,
  ODD,
  START,
  startScene,
  sweep,
  type Gate,
  type KnownCall,
  type ErasureScene,
} from './scene';

/** Called for each request to the ledger. */
let ledgerGate: Gate;
const OPEN: Gate = (_, send) => send();

jest.mock('../../../app/ledger/open', () => {
  const actual: { openStore: (...args: unknown[]) => Promise<Store> } =
    jest.requireActual('../../../app/ledger/open');
  return {
    ...actual,
    openStore: async (...args: unknown[]): Promise<Store> => {
      const store = await actual.openStore(...args);
      const gate = ledgerGate;
      return {
        write: (...given) => gate('ledger write', () => store.write(...given)),
        get: (...given) => gate('ledger get', () => store.get(...given)),
        rows: (...given) => store.rows(...given),
        partitions: (...given) => store.partitions(...given),
        within: (ms) => store.within(ms),
        close: () => store.close(),
      };
    },
  };
});

let scene: ErasureScene;
let id: string;
let known: KnownCall;
/** Ids of everything to delete. */
let ids: readonly string[];

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.stop());

/** A call that ended long ago, with all its objects in the bucket, and objects of others. */
async function begin(endedMinutesAgo = 14 * 60): Promise<void> {
  ledgerGate = OPEN;
  id = await createConversation(scene);
  ids = (await fill(scene, id)).toSorted();
  await fillOthers(scene, id);
  known = await knownCall(id, endedMinutesAgo);
}
async function end(): Promise<void> {
  await known.close();
  await sweep(scene);
}

type Run = Written & { readonly code: number };

async function run(
  args: readonly string[],
  connections: TargetConnections = scene.connections(),
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const context = cliContext({ ...scene.env, LEDGER_URL: `file:${known.file}`, ...env });
  const code = await erase(args, context, connections);
  return { ...context.written, code };
}

async function show(): Promise<string> {
  const context = cliContext({ LEDGER_URL: `file:${known.file}` });
  await onLedger('show', [id], context);
  return context.written.stdout;
}

const others = async (): Promise<readonly string[]> =>
  (await idsBelow(scene, '')).filter((one) => !ids.includes(one));

const state = async (): Promise<string> => stateOf(await known.ledger.facts(START)).state;

interface Kept {
  readonly status: string;
  readonly ticket: string;
  readonly deleted: readonly { readonly id: string; readonly key: string }[];
  readonly tavus: { readonly answered: number };
  readonly principals: readonly { readonly aws: string }[];
  readonly emptyListings: readonly string[];
  readonly remains: readonly { readonly what: string }[];
}

/** The one receipt. */
async function receipt(): Promise<Kept> {
  const receipts = await receiptsOf(known.store, id);
  expect(receipts.map(({ of }) => of)).toEqual(['erasure']);
  return JSON.parse(receipts[0]?.text ?? '{}');
}

const deletedIds = async (): Promise<readonly string[]> =>
  (await receipt()).deleted.map((one) => one.id).toSorted();

/** Asserts that everything is deleted, with a receipt. */
async function expectErased(): Promise<void> {
  expect(await idsBelow(scene, `tavus/${id}/`)).toEqual([]);
  expect(await deletedIds()).toEqual(ids);
  const { principals, ticket, tavus, remains } = await receipt();
  expect(principals).toEqual([{ aws: expect.stringContaining(':assumed-role/eraser/') }]);
  expect(ticket).toBe('DSR-17');
  expect([204, 400]).toContain(tavus.answered);
  expect(remains.map(({ what }) => what)).toContain('backups of AWS Backup');
  expect(await state()).toBe('erased');
}

/** Every row of the ledger, as text. */
async function ledgerText(): Promise<string> {
  const rows: unknown[] = [];
  for await (const page of known.store.partitions('')) rows.push(...page);
  return JSON.stringify(rows);
}

describe('recordings erase', () => {
  beforeEach(() => begin());
  afterEach(end);

  test('first prints the plan, and changes nothing', async () => {
    const rows = await ledgerText();
    const dry = await run([id, '--dry-run']);
    expect([dry.code, dry.stderr]).toEqual([0, '']);
    for (const one of ids) expect(dry.stdout).toContain(one);
    for (const text of [
      ODD,
      "no recording's key",
      'Tavus: knows the conversation',
      'Rows about persons in the ledger: 2',
      'backups of AWS Backup',
      'Nothing prevents it.',
    ]) {
      expect(dry.stdout).toContain(text);
    }
    expect(await idsBelow(scene, `tavus/${id}/`)).toEqual(ids);
    expect(await ledgerText()).toBe(rows);
  });

  test('erases everything of a conversation and nothing of others, with a receipt of each version', async () => {
    const before = await others();
    expect(before).toHaveLength(6);
    const { code, stdout } = await run([id, '--reason', 'DSR-17']);
    expect(code).toBe(0);
    await expectErased();
    expect(await others()).toEqual(before);
    expect(await receipt()).toMatchObject({ status: 'final', tavus: { answered: 204 } });
    expect(stdout).toContain('Status: final since');
    expect(await conversationStatus(scene, id)).toBe('400');
  });

  test('leaves no personal data in the ledger, and prints the receipt', async () => {
    expect(await ledgerText()).toContain(NAME);
    await run([id, '--reason', 'DSR-17']);
    expect(await show()).toContain(`# Erasure of ${id}`);
    for (const text of [await ledgerText(), await show()]) {
      for (const personal of [NAME, 'Ada', ODD]) expect(text).not.toContain(personal);
    }
  });

  test('changes nothing if repeated', async () => {
    await run([id, '--reason', 'DSR-17']);
    const rows = (await ledgerText()).length;
    const again = await run([id, '--reason', 'DSR-17', '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(await receipt());
    // Only another check by the watch is scheduled.
    expect((await ledgerText()).length - rows).toBeLessThan(200);
  });

  test('reports a 200 with an error from S3 without a receipt, and can continue later', async () => {
    const failing = async <T>(request: string, send: () => Promise<T>): Promise<T> => {
      const answer = await send();
      if (request !== 'S3 DeleteObjects') return answer;
      const { output }: { output?: DeleteObjectsCommandOutput } = Object(answer);
      const [one, ...rest] = output?.Deleted ?? [];
      return { ...answer, output: { ...output, Deleted: rest, Errors: [{ ...one, Code: 'InternalError' }] } };
    };
    const { code, stderr, stdout } = await run([id, '--reason', 'DSR-17'], scene.connections(failing));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('1 of 9 objects could not be deleted, got InternalError.');
    expect(await receiptsOf(known.store, id)).toEqual([]);
    expect((await run([id, '--reason', 'DSR-17'])).code).toBe(0);
    await expectErased();
  });

  test('reports a right lost during the erasure, and can continue later', async () => {
    const revoking: Gate = async (request, send) => {
      if (request === 'S3 DeleteObjects') await scene.allow(ERASER_POLICY.slice(0, 1));
      return send();
    };
    const { code, stderr } = await run([id, '--reason', 'DSR-17'], scene.connections(revoking));
    expect(code).toBe(1);
    expect(stderr).toContain('could not be deleted, got AccessDenied.');
    await scene.allow();
    expect((await run([id, '--reason', 'DSR-17'])).code).toBe(0);
    await expectErased();
  });

  test('reports all missing rights before deleting anything', async () => {
    const rows = await ledgerText();
    await scene.allow(ERASER_POLICY.filter((_, n) => n !== 1));
    const { code, stderr } = await run([id, '--reason', 'DSR-17']);
    await scene.allow();
    expect(code).toBe(2);
    expect(stderr).toContain('s3:DeleteObjectVersion is not allowed');
    expect(stderr).toContain('s3:AbortMultipartUpload is not allowed');
    expect(await idsBelow(scene, `tavus/${id}/`)).toEqual(ids);
    expect(await ledgerText()).toBe(rows);
  });

  test('erases the rest if Tavus cannot be reached, without a receipt, and can continue later', async () => {
    const away = { TAVUS_API_BASE_URL: 'http://127.0.0.1:9/v2' };
    const { code, stderr } = await run([id, '--reason', 'DSR-17'], scene.connections(), away);
    expect(code).toBe(1);
    expect(stderr).toContain("Tavus's copy could not be deleted");
    expect(await idsBelow(scene, `tavus/${id}/`)).toEqual([]);
    expect(await receiptsOf(known.store, id)).toEqual([]);
    expect((await run([id, '--reason', 'DSR-17'])).code).toBe(0);
    await expectErased();
  });

  test('reports a key that Tavus refuses before deleting anything', async () => {
    const { code, stderr } = await run([id, '--reason', 'DSR-17'], scene.connections(), {
      TAVUS_API_KEY: 'tvsk_another_key',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('Tavus: the key was refused');
    expect(await idsBelow(scene, `tavus/${id}/`)).toEqual(ids);
  });

  test('completes an erasure whose process was killed', async () => {
    const env = { ...scene.env, PATH: process.env['PATH'], LEDGER_URL: `file:${known.file}` };
    const child = spawn(process.execPath, ['ops/bin.mjs', 'erase', id, '--reason', 'DSR-17'], {
      cwd: ROOT,
      env,
    });
    child.stderr.on('data', (data: Buffer) => {
      if (data.includes('Deleting')) child.kill('SIGKILL');
    });
    const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
    expect(signal).toBe('SIGKILL');
    expect((await run([id, '--reason', 'DSR-17'])).code).toBe(0);
    await expectErased();
  });
});

describe('a call that has just ended', () => {
  beforeEach(() => begin(5));
  afterEach(end);

  test('has a provisional receipt, which becomes final by a listing 13 h after the end', async () => {
    const { stderr } = await run([id, '--reason', 'DSR-17']);
    expect(stderr).toContain(`npx recordings erase ${id} --finish`);
    await expectErased();
    expect(await receipt()).toMatchObject({ status: 'provisional' });
    const early = await run([id, '--finish']);
    expect([early.code, (await receipt()).status]).toEqual([0, 'provisional']);
    const later = { ...scene.connections(), now: () => Date.now() + 13 * 3_600_000 };
    expect((await run([id, '--finish'], later)).code).toBe(0);
    await expectErased();
    expect(await receipt()).toMatchObject({ status: 'final' });
  });

  test('--finish erases objects that came later, and adds them to the same receipt', async () => {
    await run([id, '--reason', 'DSR-17']);
    const [key = ''] = keysOf(id);
    const late = await scene.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: 'late' }));
    const seen = {
      kind: 'seen',
      at: Date.now() + 1,
      key,
      versionId: late.VersionId ?? '',
      found: 'intact',
    } as const;
    await known.ledger.add(START, seen);
    expect(await state()).toBe('back');
    const later = { ...scene.connections(), now: () => Date.now() + 13 * 3_600_000 };
    expect((await run([id, '--finish'], later)).code).toBe(0);
    ids = [...ids, late.VersionId ?? ''].toSorted();
    await expectErased();
    expect(await receipt()).toMatchObject({ status: 'final' });
  });
});

describe('a running call', () => {
  beforeEach(async () => {
    ledgerGate = OPEN;
    id = await createConversation(scene, false);
    ids = (await fill(scene, id)).toSorted();
    known = await knownCall(id, undefined);
    await new Slots(known.store, 3, { now: () => Date.now() }).take(START, 3_600_000);
  });
  afterEach(end);

  test('is ended first, which frees its slot, and the 13 h count from then', async () => {
    expect(await conversationStatus(scene, id)).toBe('active');
    const { code, stderr } = await run([id, '--reason', 'DSR-17']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^The call is over\./)]);
    await expectErased();
    expect(await readAll(known.store, 'slot')).toEqual([]);
    expect(await receipt()).toMatchObject({ status: 'provisional' });
  });

  test('cannot be ended if Tavus cannot be reached, so nothing is deleted', async () => {
    const away = { TAVUS_API_BASE_URL: 'http://127.0.0.1:9/v2' };
    const { code, stderr } = await run([id, '--reason', 'DSR-17'], scene.connections(), away);
    expect(code).toBe(2);
    expect(stderr).toContain('the call may still be running and could not be ended');
    expect(await idsBelow(scene, `tavus/${id}/`)).toEqual(ids);
    expect(await state()).not.toBe('erased');
  });
});

test('--finish needs an erasure that was begun', async () => {
  await begin();
  const { code, stderr } = await run([id, '--finish']);
  expect(code).toBe(2);
  expect(stderr).toContain('--finish: nothing of this conversation was erased');
  await end();
});

test.each(['before', 'after'] as const)(
  'a process that dies %s any of its requests loses nothing',
  async (moment) => {
    for (let at = 1; ; at += 1) {
      await begin();
      const before = await others();
      const dying = new Dying(at, moment);
      ledgerGate = dying.gate;
      const first = run([id, '--reason', 'DSR-17'], scene.connections(dying.gate));
      const outcome = await Promise.race([dying.died, first]);
      ledgerGate = OPEN;
      if (outcome === 'died') expect((await run([id, '--reason', 'DSR-17'])).code).toBe(0);
      await expectErased();
      expect(await others()).toEqual(before);
      expect(await readAll(known.store, `s:${START}`, { from: 'person:', to: 'person;' })).toEqual([]);
      await end();
      if (outcome !== 'died') {
        expect(at).toBeGreaterThan(25);
        return;
      }
    }
  },
);
