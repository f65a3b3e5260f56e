import type { Bucket } from '../../../app/recordings/bucket';
import { mediaSource } from '../../../app/recordings/media-source';

/** A bucket with these links, one after another; undefined: no link can be created. */
function bucketWith(...urls: readonly (string | undefined)[]) {
  const left = [...urls];
  const link = jest.fn(async () => {
    const url = left.shift();
    if (url === undefined) throw new Error('no credentials');
    return { url, expiresMs: 0 };
  });
  const bucket: object = { link };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is used is there
  return { bucket: bucket as Bucket, link };
}

test.each([
  ['https://acme.s3.us-east-1.amazonaws.com/x?X-Amz-Signature=1', 'https://acme.s3.us-east-1.amazonaws.com'],
  ['https://s3.us-east-1.amazonaws.com/acme.eu/x?a=1', 'https://s3.us-east-1.amazonaws.com/acme.eu/'],
])('is only the bucket, with a link %s', async (url, expected) => {
  const { bucket, link } = bucketWith(url);
  const source = mediaSource(bucket, () => 0);
  expect([await source(), await source()]).toEqual([expected, expected]);
  expect(link).toHaveBeenCalledTimes(1);
});

test('is empty while no link can be created, and AWS is not asked at each request', async () => {
  let now = 0;
  const { bucket, link } = bucketWith(undefined, 'https://acme.s3.us-east-1.amazonaws.com/x');
  const source = mediaSource(bucket, () => now);
  expect([await source(), await source()]).toEqual(["'none'", "'none'"]);
  expect(link).toHaveBeenCalledTimes(1);
  now = 31_000;
  expect(await source()).toBe('https://acme.s3.us-east-1.amazonaws.com');
});

test('is empty without a bucket', async () => {
  expect(await mediaSource(undefined, () => 0)()).toBe("'none'");
});
