import {
  deleteObjects,
  listBelow,
  missingDeleteRights,
  type OwnBucket,
  type StoredObject,
} from '../../../ops/aws/stored-objects';
import { ACCESS_DENIED, ACCOUNT, awsError, BUCKET, fakeAws, type FakeAwsAnswers } from '../fake-aws';

const own = (answers: FakeAwsAnswers): OwnBucket => ({
  s3: fakeAws(answers).s3,
  bucket: BUCKET,
  account: ACCOUNT,
});

const object = (key: string, id: string, what: StoredObject['what'] = 'version'): StoredObject => ({
  what,
  key,
  id,
  bytes: 1,
  modifiedMs: 0,
});

describe('objects below a prefix', () => {
  test('are listed to the last page, with keys that XML cannot represent, in the expected account', async () => {
    const asked: unknown[] = [];
    const pages = [
      {
        Versions: [{ Key: 'tavus/c1/a+b%26c', VersionId: 'v1', Size: 3, LastModified: new Date(5) }],
        IsTruncated: true,
        NextKeyMarker: 'tavus/c1/a+b%26c',
        NextVersionIdMarker: 'v1',
      },
      { DeleteMarkers: [{ Key: 'tavus/c1/%01', VersionId: 'm1', LastModified: new Date(6) }] },
    ];
    const listing = await listBelow(
      own({
        ListObjectVersionsCommand: (input) => {
          asked.push(input);
          return pages[asked.length - 1] ?? {};
        },
        ListMultipartUploadsCommand: {
          Uploads: [{ Key: 'tavus/c1/u', UploadId: 'u1', Initiated: new Date(7) }],
        },
      }),
      'tavus/c1/',
    );
    expect(listing).toEqual({
      kind: 'is',
      value: [
        { what: 'version', key: 'tavus/c1/a b&c', id: 'v1', bytes: 3, modifiedMs: 5 },
        { what: 'marker', key: 'tavus/c1/\u0001', id: 'm1', bytes: 0, modifiedMs: 6 },
        { what: 'upload', key: 'tavus/c1/u', id: 'u1', bytes: 0, modifiedMs: 7 },
      ],
    });
    expect(asked).toMatchObject([
      { Prefix: 'tavus/c1/', ExpectedBucketOwner: ACCOUNT },
      { KeyMarker: 'tavus/c1/a b&c', VersionIdMarker: 'v1' },
    ]);
  });

  test('are unknown if uploads cannot be listed, because uploads would remain', async () => {
    const listing = await listBelow(
      own({ ListObjectVersionsCommand: {}, ListMultipartUploadsCommand: ACCESS_DENIED }),
      'tavus/c1/',
    );
    expect(listing).toMatchObject({ kind: 'denied', right: 's3:ListBucketMultipartUploads' });
  });
});

describe('deleting', () => {
  const two = [object('a', 'v1'), object('b', 'v2')];

  test('counts only objects that S3 reports as deleted', async () => {
    const answer = {
      Deleted: [{ Key: 'a', VersionId: 'v1' }],
      Errors: [{ Key: 'b', VersionId: 'v2', Code: 'AccessDenied' }],
    };
    expect(await deleteObjects(own({ DeleteObjectsCommand: answer }), two)).toEqual([
      { object: two[1], code: 'AccessDenied' },
    ]);
    expect(await deleteObjects(own({ DeleteObjectsCommand: {} }), two)).toMatchObject([
      { code: 'no result from S3' },
      { code: 'no result from S3' },
    ]);
    const others = {
      Deleted: [
        { Key: 'a', VersionId: 'v2' },
        { Key: 'b', VersionId: 'v1' },
      ],
    };
    expect(await deleteObjects(own({ DeleteObjectsCommand: others }), two)).toHaveLength(2);
  });

  test('deletes a thousand per request, and one refusal does not affect the others', async () => {
    const sizes: number[] = [];
    const many = Array.from({ length: 2001 }, (_, n) => object('a', `v${n}`));
    const left = await deleteObjects(
      own({
        DeleteObjectsCommand: ({ Delete: { Objects = [] } = {} }: { Delete?: { Objects?: object[] } }) => {
          sizes.push(Objects.length);
          if (sizes.length === 2) throw awsError('SlowDown', 503);
          return { Deleted: Objects };
        },
      }),
      many,
    );
    expect(sizes).toEqual([1000, 1000, 1]);
    expect(left).toHaveLength(1000);
  });

  test('counts a missing upload as aborted, but not a refused one', async () => {
    const upload = [object('a', 'u1', 'upload')];
    const gone = { AbortMultipartUploadCommand: awsError('NoSuchUpload', 404) };
    expect(await deleteObjects(own(gone), upload)).toEqual([]);
    expect(await deleteObjects(own({ AbortMultipartUploadCommand: ACCESS_DENIED }), upload)).toHaveLength(1);
  });
});

test('missing rights are detected by requests for objects that do not exist', async () => {
  const keys: unknown[] = [];
  const noted =
    (error: Error | undefined) =>
    (input: Readonly<Record<string, unknown>>): object => {
      keys.push([input['Key'], input['VersionId'] ?? input['UploadId']]);
      if (error !== undefined) throw error;
      return {};
    };
  const rights = (deletes: Error | undefined, aborts: Error | undefined) =>
    missingDeleteRights(
      own({ DeleteObjectCommand: noted(deletes), AbortMultipartUploadCommand: noted(aborts) }),
      'tavus/c1/',
    );
  expect(await rights(undefined, awsError('NoSuchUpload', 404))).toEqual([]);
  expect(await rights(ACCESS_DENIED, ACCESS_DENIED)).toEqual([
    's3:DeleteObjectVersion',
    's3:AbortMultipartUpload',
  ]);
  // Always the version `null`, which objects of a versioned bucket do not have, of a random key.
  expect(keys[0]).toEqual([expect.stringMatching(/^tavus\/c1\/no-such-key-[0-9a-f-]{36}$/), 'null']);
});
