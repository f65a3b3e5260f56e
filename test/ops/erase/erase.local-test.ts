import { receiptsOf } from '../../../app/ledger/receipts';
import { main as erase } from '../../../ops/erase/command-line';
import { main as onLedger } from '../../../ops/ledger/command-line';
import type { Connections } from '../../../ops/erase/subject';
import { cliContext, type Written } from '../run';
import {
  createConversation,
  fill,
  fillOthers,
  idsBelow,
  keysOf,
  knownCall,
  NAME,
  ODD,
  startScene,
  sweep,
  type KnownCall,
  type Scene,
} from './scene';

let scene: Scene;
let id: string;
let known: KnownCall;
/** Of everything that has to be deleted. */
let ids: readonly string[];

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.stop());

beforeEach(async () => {
  id = await createConversation(scene);
  ids = (await fill(scene, id)).toSorted();
  await fillOthers(scene, id);
  known = await knownCall(id, 14 * 60);
});
afterEach(async () => {
  await known.close();
  await sweep(scene);
});

type Run = Written & { readonly code: number };

async function run(args: readonly string[], connections: Connections = scene.connections()): Promise<Run> {
  const context = cliContext({ ...scene.env, LEDGER_URL: `file:${known.file}` });
  const code = await erase(args, context, connections);
  return { ...context.written, code };
}

async function show(): Promise<Run> {
  const context = cliContext({ LEDGER_URL: `file:${known.file}` });
  const code = await onLedger('show', [id], context);
  return { ...context.written, code };
}

test('erases everything of a conversation, nothing of others, and writes a receipt of each version', async () => {
  const others = async (): Promise<readonly string[]> =>
    (await idsBelow(scene, '')).filter((one) => !ids.includes(one));
  const before = await others();
  expect(before).toHaveLength(6);

  const dry = await run([id, '--dry-run']);
  console.log(dry.stdout, dry.stderr);
  expect(dry.code).toBe(0);
  expect(await idsBelow(scene, `tavus/${id}/`)).toEqual(ids);

  const erased = await run([id, '--reason', 'DSR-17']);
  console.log(erased.stdout, erased.stderr);
  expect(erased.code).toBe(0);
  expect(await idsBelow(scene, `tavus/${id}/`)).toEqual([]);
  expect(await others()).toEqual(before);
  const [receipt, ...more] = await receiptsOf(known.store, id);
  expect(more).toEqual([]);
  const { status, deleted, tavus } = JSON.parse(receipt?.text ?? '{}');
  expect(status).toBe('final');
  expect(deleted.map((one: { id: string }) => one.id).toSorted()).toEqual(ids);
  expect(tavus.answered).toBe(204);

  const shown = await show();
  console.log(shown.stdout);
  for (const text of [NAME, 'Ada', ODD]) expect(shown.stdout).not.toContain(text);
});
