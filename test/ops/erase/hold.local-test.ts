import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { stateOf } from '../../../app/ledger/states';
import { standingHolds } from '../../../app/ledger/holds';
import { main as erase } from '../../../ops/erase/command-line';
import { main as onHolds, type HoldCommand } from '../../../ops/hold/command-line';
import { cliContext, type Written } from '../run';
import { BUCKET, createConversation, fill, HOLDS, idsBelow, keysOf, knownCall, START, startScene, sweep, type KnownCall, type Scene } from './scene';

let scene: Scene;
let id: string;
let known: KnownCall;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.stop());
beforeEach(async () => {
  id = await createConversation(scene);
  known = await knownCall(id, 14 * 60);
});
afterEach(async () => {
  await known.close();
  await sweep(scene);
});

type Run = Written & { readonly code: number };

async function run(command: HoldCommand | 'erase', ...args: readonly string[]): Promise<Run> {
  const context = cliContext({ ...scene.env, LEDGER_URL: `file:${known.file}` });
  const connections = scene.connections();
  const code =
    command === 'erase'
      ? await erase(args, context, connections)
      : await onHolds(command, args, context, connections);
  return { ...context.written, code };
}

test('hold', async () => {
  await fill(scene, id);
  const held = await run('hold', id, '--reason', 'COURT-4');
  console.log(held);
  const refused = await run('erase', id, '--reason', 'DSR-1');
  console.log(refused);
  const released = await run('release', id, '--reason', 'COURT-4');
  console.log(released.stdout, released.stderr);
});
