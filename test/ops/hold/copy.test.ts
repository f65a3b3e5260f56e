import { copyVersion, partsOf, type CopyPart } from '../../../ops/hold/copy';
import { ACCOUNT, awsError, fakeAws, type FakeAwsAnswers } from '../fake-aws';

const GIB = 1024 ** 3;
const SIX_GB = 6_000_000_000;

test.each([1, 5 * GIB])('%i bytes are copied by one request', (bytes) => {
  expect(partsOf(bytes)).toEqual([]);
});

test.each([5 * GIB + 1, SIX_GB, 6.75 * GIB, 50_000_000_000])(
  'each of %i bytes is in exactly one part',
  (bytes) => {
    const parts = partsOf(bytes);
    expect(parts.map(({ from }) => from)).toEqual([0, ...parts.slice(0, -1).map(({ to }) => to + 1)]);
    expect(parts.at(-1)?.to).toBe(bytes - 1);
    // S3's limits: at least 5 MiB except the last, at most 5 GiB, at most 10,000 parts.
    const sizes = parts.map(({ from, to }) => to - from + 1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5 * GIB);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(5 * 1024 ** 2);
    expect(parts.length).toBeLessThanOrEqual(10_000);
  },
);

interface Copying {
  readonly requests: string[];
  readonly ranges: string[];
  readonly copied: ReturnType<typeof copyVersion>;
}

/** Copies a version of this size in a fake bucket. */
function copying(bytes: number, checksumOfCopy: string | undefined, more: FakeAwsAnswers = {}): Copying {
  const requests: string[] = [];
  const ranges: string[] = [];
  let isThere = false;
  const noted = (name: string, answer: (input: Readonly<Record<string, unknown>>) => object) => ({
    [`${name}Command`]: (input: Readonly<Record<string, unknown>>) => {
      requests.push(name);
      return answer(input);
    },
  });
  const copied = (): object => {
    isThere = true;
    return {};
  };
  const { s3 } = fakeAws({
    ...noted('HeadObject', ({ Bucket: bucket }) => {
      if (bucket === 'from') return { VersionId: 'v1', ContentLength: bytes, ChecksumCRC64NVME: 'AAAA' };
      if (!isThere) throw awsError('NotFound', 404);
      return { VersionId: 'c1', ContentLength: bytes, ChecksumCRC64NVME: checksumOfCopy };
    }),
    ...noted('CopyObject', copied),
    ...noted('CreateMultipartUpload', () => ({ UploadId: 'u1' })),
    ...noted('UploadPartCopy', ({ CopySourceRange: range }) => {
      ranges.push(String(range));
      return { CopyPartResult: { ETag: 'e', ChecksumCRC64NVME: 'BBBB' } };
    }),
    ...noted('CompleteMultipartUpload', copied),
    ...noted('AbortMultipartUpload', () => ({})),
    ...more,
  });
  const own = (bucket: string) => ({ s3, bucket, account: ACCOUNT });
  const source = { own: own('from'), key: 'tavus/c1/1', versionId: 'v1' };
  return { requests, ranges, copied: copyVersion(source, own('to'), 'c1/1/v1') };
}

test('six gigabytes are copied completely in parts', async () => {
  const { requests, ranges, copied } = copying(SIX_GB, 'AAAA');
  expect(await copied).toEqual({ versionId: 'c1', bytes: SIX_GB, crc64: 'AAAA', checksum: 'CRC64NVME:AAAA' });
  expect(ranges).toEqual(partsOf(SIX_GB).map(({ from, to }: CopyPart) => `bytes=${from}-${to}`));
  expect(ranges).toHaveLength(12);
  expect(requests).not.toContain('CopyObject');
});

test('a copy with another checksum is not the same', async () => {
  expect(await copying(1000, 'CCCC').copied).toBeUndefined();
});

test('an existing equal copy is not copied again', async () => {
  const first = copying(1000, 'AAAA');
  await first.copied;
  expect(first.requests).toEqual(['HeadObject', 'HeadObject', 'CopyObject', 'HeadObject']);
  const there = copying(1000, 'AAAA', {
    HeadObjectCommand: { VersionId: 'c1', ContentLength: 1000, ChecksumCRC64NVME: 'AAAA' },
  });
  expect(await there.copied).toMatchObject({ versionId: 'c1' });
  expect(there.requests).toEqual([]);
});

test('the parts of a failed copy are aborted', async () => {
  const { requests, copied } = copying(SIX_GB, 'AAAA', { UploadPartCopyCommand: awsError('SlowDown', 503) });
  await expect(copied).rejects.toThrow('SlowDown');
  expect(requests.at(-1)).toBe('AbortMultipartUpload');
});
