import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Ledger } from '../../app/ledger/ledger';
import { memoryStore } from '../../app/ledger/memory';
import { writeSummary } from '../../app/ledger/summary';
import { clientOptions, rootOf } from '../../local/aws/clients';
import { reconcile } from '../../ops/ledger/reconcile';
import { created, expected, ID, keyAt, ready, seen } from '../app/ledger/facts';
import { CLIP } from '../app/recordings/media';
import { BUCKET, recordingsStack } from '../local/aws/recordings-template';
import { OWNER, REGION, Stacks, startTestEmulator, type TestEmulator } from '../local/aws/support';
import { cliContext, type Written } from './run';

const START = '1'.repeat(32);
const FOREIGN = ['logs/a b+c&d', 'tavus/c1-x/1', 'tavus/c1\u{e9}/1', 'tavus/c10/1', '\u{1f600}'];

let running: TestEmulator;

beforeAll(async () => {
  running = await startTestEmulator();
  await new Stacks(running.emulator).create('recordings', recordingsStack());
});
afterAll(() => running.stop());

/** With an S3 bucket, 20 minutes after all writes. */
async function compared(ledger: Ledger): Promise<Written & { readonly code: number }> {
  const { emulator } = running;
  const root = rootOf(emulator, OWNER);
  process.env['AWS_ACCESS_KEY_ID'] = root.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = root.secretAccessKey;
  const context = cliContext({
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_CA_BUNDLE: emulator.certificateFile,
    TAVUS_RECORDING_S3_BUCKET_NAME: BUCKET,
    TAVUS_RECORDING_S3_BUCKET_REGION: REGION,
    TAVUS_AWS_ASSUME_ROLE_ARN: `arn:aws:iam::${OWNER}:role/vendor`,
  });
  const nowMs = Date.now() + 20 * 60_000;
  const rest = { adopt: false, missing: false, foreign: false, sinceMs: undefined, id: '' };
  const opened = { ledger, where: 'the ledger', signedInAs: () => Promise.resolve(undefined) };
  const code = await reconcile(opened, { context, nowMs, json: true, ...rest });
  return { ...context.written, code };
}

test('finds foreign, missing and unannounced objects in an S3 bucket, with keys of any characters', async () => {
  const store = memoryStore();
  const ledger = new Ledger(store);
  const storage = { bucket: BUCKET, region: REGION, retentionDays: 36_500 };
  for (const one of [expected({ storage }), created(), ready(20, 10), seen(30, 10)]) {
    await ledger.add(START, one);
  }
  await writeSummary(ledger, START);
  const s3 = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  for (const Key of [keyAt(50), `tavus/${ID}/events.json`, 'daily-co-test-upload.txt', ...FOREIGN]) {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: CLIP }));
  }
  s3.destroy();

  const first = await compared(ledger);
  expect([first.code, first.stderr]).toEqual([1, '']);
  const found = JSON.parse(first.stdout);
  expect(found).toMatchObject({ objects: 8, young: 0, newForeign: 6, left: 0 });
  expect(found.unexplained.first).toEqual([`tavus/${ID}/events.json`]);
  expect(new Set(found.foreign.first.map(({ key }: { key: string }) => key))).toEqual(
    new Set(['daily-co-test-upload.txt', ...FOREIGN]),
  );
  expect(found.findings).toMatchObject([
    { key: keyAt(10), what: 'gone' },
    { key: keyAt(50), what: 'adopted' },
  ]);
  expect(await ledger.facts(START)).toContainEqual(
    expect.objectContaining({ kind: 'seen', key: keyAt(50), found: 'intact' }),
  );

  expect(JSON.parse((await compared(ledger)).stdout)).toMatchObject({ newForeign: 0, findings: [] });
  await store.close();
});
