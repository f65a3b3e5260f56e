import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { finished, ROOT, said, startLocal, verdictOf, type Verdict } from './run-local';

/** When something in the project's root was last changed; undefined when it is not there. */
const changedAt = (name: string): number | undefined =>
  statSync(path.join(ROOT, name), { throwIfNoEntry: false })?.mtimeMs;

const failuresOf = ({ checks }: Verdict): readonly string[] =>
  checks.filter(({ state }) => state === 'failed').map(({ id }) => id);

/** What the report says beyond the word of Tavus. */
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
    'records into the bucket with %s encryption, and every line holds',
    async (encryption) => {
      const verdict = await verdictOf('--encryption', encryption);
      expect(failuresOf(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ code: 0, ok: true, landed: true, mistake: null });
      const found = (id: string): string | undefined => verdict.checks.find((line) => line.id === id)?.found;
      expect(found('encrypted')).toBe(encryption === 'kms' ? 'aws:kms' : 'AES256');
      expect(found('multipart')).toBe('3 (3 or more)');
      expect(verdict.checks.map(({ id }) => id)).toEqual(expect.arrayContaining(SEEN_IN_THE_BUCKET));
    },
  );

  test('stays up with both pages, their keys, and a command that lists what was recorded', async () => {
    const run = startLocal(['--keep']);
    const end = finished(run);
    const screen = await said(run, 'Up until Ctrl-C');
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

  test("leaves the project's own hand-over alone", async () => {
    const file = path.join(ROOT, 'cdk-outputs.json');
    const own = existsSync(file);
    if (!own) writeFileSync(file, '{"sentinel": {}}');
    const before = readFileSync(file, 'utf8');
    const assembly = changedAt('cdk.out');
    try {
      await verdictOf();
      expect(readFileSync(file, 'utf8')).toBe(before);
      expect(changedAt('cdk.out')).toBe(assembly);
    } finally {
      if (!own) rmSync(file);
    }
  });
});

// What Tavus says, the lines that fail, and a word of the cause: nothing else may fail.
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

describe('a mistake in the running system', () => {
  test.each(RUNNING)('%s is told by the watch, with the cause that the bucket shows', async (name, cause) => {
    const verdict = await verdictOf('--break', name);
    expect(verdict).toMatchObject({ code: 1, ok: false, landed: false });
    expect(failuresOf(verdict)).toEqual(['watched-recording']);
    expect(verdict.mistake?.watchSaid).toBe('Recording missing');
    expect(verdict.mistake?.cause).toContain(cause);
  });

  test('callback-lost costs nothing but the announcement: the recording is found in the bucket', async () => {
    const verdict = await verdictOf('--break', 'callback-lost');
    expect(verdict).toMatchObject({ code: 1, ok: false, landed: true });
    expect(failuresOf(verdict)).toEqual(['watched-callbacks']);
    expect(verdict.mistake?.watchSaid).toBeNull();
    expect(verdict.mistake?.cause).toContain('No callback has arrived at all');
  });
});

describe('a mistake that people really make', () => {
  test.each(FAULTS)(
    '%s is shown by its own lines, and nothing lands',
    async (name, refusal, failing, cause) => {
      const verdict = await verdictOf('--break', name);
      expect(verdict).toMatchObject({ code: 1, ok: false, landed: false });
      expect(failuresOf(verdict)).toEqual(failing);
      expect(verdict.mistake).toMatchObject({ name, tavusSaid: refusal });
      expect(verdict.mistake?.browserHeard).toBe(refusal === null ? 'recording-error' : null);
      if (cause !== null) expect(verdict.mistake?.cause).toContain(cause);
    },
  );
});
