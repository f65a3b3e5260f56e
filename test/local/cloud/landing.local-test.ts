import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { finished, ROOT, runLocal, startLocal, untilPrinted, type FinishedReport } from './run-local';

/** Time of the last change of a file or folder of the project; undefined if it does not exist. */
const changedAt = (name: string): number | undefined =>
  statSync(path.join(ROOT, name), { throwIfNoEntry: false })?.mtimeMs;

const failuresOf = ({ checks }: FinishedReport): readonly string[] =>
  checks.filter(({ state }) => state === 'failed').map(({ id }) => id);

/** Checks that do not rely on Tavus's statements. */
const SEEN_IN_THE_BUCKET = [
  'reader-trust',
  ...['audience', 'subject', 'issuer', 'expiry', 'signature', 'v2'].map((wrong) => `reader-token-${wrong}`),
  'prove-seen',
  'prove-plays',
  'link-expired',
  'foreign-objects',
];

describe('the laptop cloud', () => {
  test.each(['s3', 'kms'])(
    'records into the bucket with %s encryption, and every check passes',
    async (encryption) => {
      const report = await runLocal('--encryption', encryption);
      expect(failuresOf(report)).toEqual([]);
      expect(report).toMatchObject({ code: 0, ok: true, landed: true, mistake: null });
      const found = (id: string): string | undefined => report.checks.find((one) => one.id === id)?.found;
      expect(found('encrypted')).toBe(encryption === 'kms' ? 'aws:kms' : 'AES256');
      expect(found('multipart')).toBe('3 (3 or more)');
      expect(report.checks.map(({ id }) => id)).toEqual(expect.arrayContaining(SEEN_IN_THE_BUCKET));
    },
  );

  test('stays up, and shows both pages, their keys, and a command that lists the recordings', async () => {
    const run = startLocal(['--keep']);
    const end = finished(run);
    const screen = await untilPrinted(run, 'Up until Ctrl-C');
    for (const page of ['/qa', '/recordings']) {
      const [, url = ''] = new RegExp(`(http://\\S+${page}) .* key: [\\w-]{32}\\n`).exec(screen) ?? [];
      expect((await fetch(url)).status).toBe(200);
    }
    const [, command = ''] = /^ *(env .* npx recordings list)$/m.exec(screen) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --json`], { cwd: ROOT });
    expect(stdout.trim().split('\n').length).toBeGreaterThan(2);
    run.kill('SIGINT');
    await end;
  });

  test("does not change the project's own hand-over", async () => {
    const file = path.join(ROOT, 'cdk-outputs.json');
    const own = existsSync(file);
    if (!own) writeFileSync(file, '{"sentinel": {}}');
    const before = readFileSync(file, 'utf8');
    const assembly = changedAt('cdk.out');
    try {
      await runLocal();
      expect(readFileSync(file, 'utf8')).toBe(before);
      expect(changedAt('cdk.out')).toBe(assembly);
    } finally {
      if (!own) rmSync(file);
    }
  });
});

// Error of Tavus, all checks that fail, and a part of the cause.
const REFUSED = 'unable to assume role with given parameters';
const NO_SESSION = ['session-delete', 'session-policy', 'session-other-bucket', 'session-plain-http'];
const FAULTS = [
  ['no-external-id', REFUSED, ['role-trust', 'assume-wrong-id', 'assume-no-id', 'create', 'landed'], null],
  ['one-hour', REFUSED, ['role-session', 'assume-as-vendor', ...NO_SESSION, 'create', 'landed'], null],
  ['wrong-account', REFUSED, ['role-trust', 'assume-as-vendor', ...NO_SESSION, 'create', 'landed'], null],
  ['wrong-region', null, ['bucket-region', 'room-events', 'landed'], 'The bucket is in us-east-1'],
  ['no-kms-grant', null, ['key-grants', 'room-events', 'landed'], 'kms:GenerateDataKey'],
  ['no-multipart-permission', null, ['role-actions', 'room-events', 'landed'], 'MultipartUpload'],
] as const;

const RUNNING = [
  ['nobody-starts-recording', 'it joined but never called startRecording()'],
  ['storage-denies', 'the bucket has neither an object nor an upload'],
] as const;

describe('a fault in the running system', () => {
  test.each(RUNNING)('%s is reported by the watch, with the cause', async (name, cause) => {
    const report = await runLocal('--break', name);
    expect(report).toMatchObject({ code: 1, ok: false, landed: false });
    expect(failuresOf(report)).toEqual(['watched-recording']);
    expect(report.mistake?.watchSaid).toBe('Recording missing');
    expect(report.mistake?.cause).toContain(cause);
  });

  test('callback-lost loses no recording: the backend finds it in the bucket', async () => {
    const report = await runLocal('--break', 'callback-lost');
    expect(report).toMatchObject({ code: 1, ok: false, landed: true });
    expect(failuresOf(report)).toEqual(['watched-callbacks']);
    expect(report.mistake?.watchSaid).toBeNull();
    expect(report.mistake?.cause).toContain('No callback has arrived at all');
  });
});

describe('a fault in AWS or in the request', () => {
  test.each(FAULTS)(
    '%s makes exactly its checks fail, and nothing lands',
    async (name, refusal, failing, cause) => {
      const report = await runLocal('--break', name);
      expect(report).toMatchObject({ code: 1, ok: false, landed: false });
      expect(failuresOf(report)).toEqual(failing);
      expect(report.mistake).toMatchObject({ name, tavusSaid: refusal });
      expect(report.mistake?.browserHeard).toBe(refusal === null ? 'recording-error' : null);
      if (cause !== null) expect(report.mistake?.cause).toContain(cause);
    },
  );
});
