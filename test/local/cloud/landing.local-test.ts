import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { failuresOf, ROOT, runLocal, type FinishedReport } from './run-local';

/** Time of the last change of a file or folder of the project; undefined if it does not exist. */
const changedAt = (name: string): number | undefined =>
  statSync(path.join(ROOT, name), { throwIfNoEntry: false })?.mtimeMs;

/** Checks that do not rely on Tavus's statements. */
const SEEN_IN_THE_BUCKET = [
  'reader-trust',
  ...['audience', 'subject', 'issuer', 'expiry', 'signature', 'v2'].map((wrong) => `reader-token-${wrong}`),
  'prove-seen',
  'prove-plays',
  'link-expired',
  'foreign-objects',
];

// The run with S3's own encryption is `npm run local -- --once`, which CI runs beside these tests.
describe('a run with a customer key', () => {
  const outputs = path.join(ROOT, 'cdk-outputs.json');
  const isOwn = existsSync(outputs);
  const state = (): unknown => [readFileSync(outputs, 'utf8'), changedAt('cdk.out')];
  let before: unknown;
  let report: FinishedReport;
  beforeAll(async () => {
    if (!isOwn) writeFileSync(outputs, '{"sentinel": {}}');
    before = state();
    report = await runLocal('--encryption', 'kms');
  }, 180_000);
  afterAll(() => {
    if (!isOwn) rmSync(outputs);
  });

  test('records into the bucket, and every check passes', () => {
    expect(failuresOf(report)).toEqual([]);
    expect(report).toMatchObject({ code: 0, ok: true, landed: true, mistake: null });
    const found = (id: string): string | undefined => report.checks.find((one) => one.id === id)?.found;
    expect(found('encrypted')).toBe('aws:kms');
    expect(found('multipart')).toBe('3 (3 or more)');
    expect(report.checks.map(({ id }) => id)).toEqual(expect.arrayContaining(SEEN_IN_THE_BUCKET));
  });

  test("does not change the project's own hand-over", () => {
    expect(state()).toEqual(before);
  });
});
