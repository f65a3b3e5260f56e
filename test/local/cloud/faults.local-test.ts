import { failuresOf, runLocal } from './run-local';

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
