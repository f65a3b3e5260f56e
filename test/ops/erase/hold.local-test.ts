import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Fact } from '../../../app/ledger/facts';
import { receiptsOf } from '../../../app/ledger/receipts';
import { stateOf } from '../../../app/ledger/states';
import { keptUntil } from '../../../app/watch/daily';
import { main as erase } from '../../../ops/erase/command-line';
import { main as onHolds, type HoldCommand } from '../../../ops/hold/command-line';
import { main as onLedger } from '../../../ops/ledger/command-line';
import { CLIP } from '../../app/recordings/media';
import { cliContext, type Written } from '../run';
import { Dying } from './dying';
import {
  BUCKET,
  createConversation,
  fill,
  HOLDS,
  idsBelow,
  keysOf,
  knownCall,
  START,
  startScene,
  sweep,
  type Gate,
  type KnownCall,
  type ErasureScene,
} from './scene';

let scene: ErasureScene;
let id: string;
let known: KnownCall;
/** Ids of all versions, without marker and upload. */
let versions: readonly string[];

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.stop());
beforeEach(begin);
afterEach(end);

async function begin(): Promise<void> {
  id = await createConversation(scene);
  const all = await fill(scene, id);
  versions = [...all.slice(0, 6), ...all.slice(8)];
  known = await knownCall(id, 14 * 60);
}
async function end(): Promise<void> {
  await known.close();
  await sweep(scene);
}

type Run = Written & { readonly code: number };

async function run(command: HoldCommand | 'erase', args: readonly string[], gate?: Gate): Promise<Run> {
  const context = cliContext({ ...scene.env, LEDGER_URL: `file:${known.file}` });
  const connections = scene.connections(gate);
  const code =
    command === 'erase'
      ? await erase(args, context, connections)
      : await onHolds(command, args, context, connections);
  return { ...context.written, code };
}

async function ledgerCommand(command: 'list' | 'show', ...args: readonly string[]): Promise<string> {
  const context = cliContext({ LEDGER_URL: `file:${known.file}` });
  await onLedger(command, args, context);
  return context.written.stdout;
}

const facts = (): Promise<readonly Fact[]> => known.ledger.facts(START);
const copies = (): Promise<readonly string[]> => idsBelow(scene, `${id}/`, HOLDS);

test('hold copies every version, the original expires, release reports it, and then it can be erased', async () => {
  const [first = '', , third = ''] = keysOf(id);
  const played = await scene.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: third, Body: CLIP }));
  versions = [...versions, played.VersionId ?? ''];
  const held = await run('hold', [id, '--reason', 'COURT-4']);
  expect(held.code).toBe(0);
  expect(held.stderr).toContain('An incomplete upload was not copied');
  const line = held.stdout.split('\n').find((text) => text.includes(played.VersionId ?? ''));
  expect(line).toContain(`: ${HOLDS}/${id}/${third.slice(-13)}/${played.VersionId ?? ''}, SHA256:`);
  expect(line).toMatch(/, playable$/);
  expect(held.stdout.match(/, not-playable$/gm)).toHaveLength(6);
  expect(await copies()).toHaveLength(8);
  expect(stateOf(await facts()).isHeld).toBe(true);
  expect(await ledgerCommand('list', '--since', '90d')).toContain('held');
  expect(await ledgerCommand('show', id)).toContain('ticket COURT-4');
  expect(keptUntil(await facts(), 400)).toBe(Infinity);

  const refused = await run('erase', [id, '--reason', 'DSR-17']);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('a hold, ticket COURT-4');
  expect(await idsBelow(scene, `tavus/${id}/`)).toHaveLength(10);

  // As the lifecycle does: the current and the noncurrent version.
  for (const VersionId of versions.slice(0, 2)) {
    await scene.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: first, VersionId }));
  }
  expect(await copies()).toHaveLength(8);

  const released = await run('release', [id, '--reason', 'COURT-4', '--json']);
  expect(released.code).toBe(0);
  const receipt: { copies: { versionId: string; original: string }[] } = JSON.parse(released.stdout);
  expect(receipt).toMatchObject({ ticket: 'COURT-4', keptFor: [] });
  expect(receipt.copies.map(({ versionId }) => versionId).toSorted()).toEqual(versions.toSorted());
  const gone = receipt.copies.filter(({ original }) => original === 'gone');
  expect(gone.map(({ versionId }) => versionId).toSorted()).toEqual(versions.slice(0, 2).toSorted());
  expect(await copies()).toEqual([]);
  expect(stateOf(await facts()).isHeld).toBe(false);

  expect((await run('erase', [id, '--reason', 'DSR-17'])).code).toBe(0);
  expect((await receiptsOf(known.store, id)).map(({ of }) => of)).toEqual(['erasure', 'release-1']);
  expect(await ledgerCommand('show', id)).toContain(`# Release of ${id}`);
});

test('each order has its own hold, and the copies stay until the last release', async () => {
  await run('hold', [id, '--reason', 'COURT-4']);
  await run('hold', [id, '--reason', 'COURT-5']);
  expect(await copies()).toHaveLength(7);
  const wrong = await run('release', [id, '--reason', 'COURT-6']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('COURT-4, COURT-5')]);
  const first = await run('release', [id, '--reason', 'COURT-4']);
  expect(first.stdout).toContain('kept for the tickets COURT-5');
  expect(await copies()).toHaveLength(7);
  expect(stateOf(await facts()).isHeld).toBe(true);
  await run('release', [id, '--reason', 'COURT-5']);
  expect(await copies()).toEqual([]);
});

test('a known version that is gone is reported, and the hold stays active', async () => {
  const [key = ''] = keysOf(id);
  await known.ledger.add(START, {
    kind: 'seen',
    at: Date.now(),
    key,
    versionId: 'seen-before',
    found: 'intact',
  });
  const { code, stderr } = await run('hold', [id, '--reason', 'COURT-4']);
  expect(code).toBe(1);
  expect(stderr).toContain('a known version no longer exists');
  expect(await copies()).toHaveLength(7);
  expect(stateOf(await facts()).isHeld).toBe(true);
});

test('an erased conversation cannot be held', async () => {
  await run('erase', [id, '--reason', 'DSR-17']);
  const { code, stderr } = await run('hold', [id, '--reason', 'COURT-4']);
  expect(code).toBe(2);
  expect(stderr).toContain('the erasure has begun');
});

test('a concurrent hold stops an erasure that has begun', async () => {
  await known.ledger.add(START, { kind: 'erased', at: Date.now(), step: 'begun', ticket: 'DSR-17' });
  await known.ledger.add(START, { kind: 'held', at: Date.now(), id: '1', step: 'begun', ticket: 'COURT-4' });
  expect((await run('erase', [id, '--reason', 'DSR-17'])).code).toBe(2);
  expect(await idsBelow(scene, `tavus/${id}/`)).toHaveLength(9);
});

test('copies without a hold in the ledger prevent an erasure', async () => {
  await run('hold', [id, '--reason', 'COURT-4']);
  const rows = (await facts()).filter(({ kind }) => kind === 'held').length;
  expect(rows).toBeGreaterThan(0);
  for await (const page of known.store.rows(`s:${START}`, { from: 'held:', to: 'held;' })) {
    for (const { key } of page) await known.store.write(`s:${START}`, [{ kind: 'delete', key }]);
  }
  const { code, stderr } = await run('erase', [id, '--reason', 'DSR-17']);
  expect(code).toBe(2);
  expect(stderr).toContain('there are copies without a hold in the ledger, got 7 objects');
});

test.each(['hold', 'release'] as const)(
  'a %s that dies at any of its requests is completed by a second run',
  async (command) => {
    for (let at = 1; ; at += 1) {
      if (command === 'release') await run('hold', [id, '--reason', 'COURT-4']);
      const dying = new Dying(at, 'after');
      const outcome = await Promise.race([dying.died, run(command, [id, '--reason', 'COURT-4'], dying.gate)]);
      if (outcome === 'died') expect((await run(command, [id, '--reason', 'COURT-4'])).code).toBe(0);
      expect(await copies()).toHaveLength(command === 'hold' ? 7 : 0);
      if (outcome !== 'died') break;
      await end();
      await begin();
    }
  },
);
