import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, verdictOf } from './run-local';

/** When something in the project's root was last changed; undefined when it is not there. */
const changedAt = (name: string): number | undefined =>
  statSync(path.join(ROOT, name), { throwIfNoEntry: false })?.mtimeMs;

describe('the laptop cloud', () => {
  test.each(['s3', 'kms'])(
    'records into the bucket with %s encryption, and every line holds',
    async (encryption) => {
      const verdict = await verdictOf('--encryption', encryption);
      expect(verdict.checks.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(verdict).toMatchObject({ code: 0, ok: true, landed: true, mistake: null });
      const found = (id: string): string | undefined => verdict.checks.find((line) => line.id === id)?.found;
      expect(found('encrypted')).toBe(encryption === 'kms' ? 'aws:kms' : 'AES256');
      expect(found('multipart')).toBe('3 (3 or more)');
    },
  );

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

// What the watch must conclude, in its own words.
const RUNNING = [
  ['nobody-starts-recording', 'it joined but never called startRecording()'],
  ['callback-lost', 'No callback has arrived at all'],
  ['storage-denies', 'The page asked for the recording and the call has ended, but Tavus has not announced it'],
] as const;

describe('a mistake in the running system', () => {
  test.each(RUNNING)('%s is told by the watch, with its cause', async (name, cause) => {
    const verdict = await verdictOf('--break', name);
    expect(verdict).toMatchObject({ code: 1, ok: false, landed: false });
    expect(verdict.checks.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual([
      'watched-recording',
    ]);
    expect(verdict.mistake?.watchSaid).toBe('Recording not announced');
    expect(verdict.mistake?.cause).toContain(cause);
  });
});

describe('a mistake that people really make', () => {
  test.each(FAULTS)('%s is shown by its own lines, and nothing lands', async (name, said, failing, cause) => {
    const verdict = await verdictOf('--break', name);
    expect(verdict).toMatchObject({ code: 1, ok: false, landed: false });
    expect(verdict.checks.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual(failing);
    expect(verdict.mistake).toMatchObject({ name, tavusSaid: said });
    expect(verdict.mistake?.browserHeard).toBe(said === null ? 'recording-error' : null);
    if (cause !== null) expect(verdict.mistake?.cause).toContain(cause);
  });
});
