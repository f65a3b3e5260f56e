import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Agent, request } from 'node:https';
import type { BucketAccessConfig } from '../../../app/config';
import { TAVUS_EVENTS, type Fact } from '../../../app/ledger/facts';
import { BucketUnreadable, type Bucket, type UnreadableReason } from '../../../app/recordings/bucket';
import { credentialsFor } from '../../../app/recordings/credentials';
import { lookInto, type BucketLook } from '../../../app/recordings/look';
import { openS3Bucket } from '../../../app/recordings/s3-bucket';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { Directory } from '../../../local/azure/identity/directory';
import { serveIdentities, type IdentityEndpoint } from '../../../local/azure/identity/identity-endpoint';
import { tokenIssuer } from '../../../local/azure/identity/token-issuer';
import { BUCKET, LOG_BUCKET, recordingsStack } from '../../local/aws/recordings-template';
import {
  OWNER,
  REGION,
  Stacks,
  startTestEmulator,
  type TemplateResources,
  type TestEmulator,
} from '../../local/aws/support';
import { callback, expected } from '../ledger/facts';
import { CLIP, CLIP_SEC, movie } from './media';

const TENANT = '7e4a4700-0000-4000-8000-000000000002';
const AUDIENCE = 'api://6f1c9a3e-0000-4000-8000-000000000003';
const ISSUER = `sts.windows.net/${TENANT}/`;
const IDENTITY = { clientId: 'the-client', principalId: 'the-principal', reachesTables: false };
const OTHER_ACCOUNT = '444455556666';

/** The stack's reader role, with these actions and this right on the key. */
const reader = (
  name: string,
  actions: readonly string[],
  { decrypts = true, resources = [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`] } = {},
): TemplateResources => ({
  [name]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: `arn:aws:iam::${OWNER}:oidc-provider/${ISSUER}` },
            Condition: {
              StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: IDENTITY.principalId },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'read',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: actions,
                Resource: resources,
              },
              ...(decrypts
                ? [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } }]
                : []),
            ],
          },
        },
      ],
    },
  },
});
const LISTING = [
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:ListMultipartUploadParts',
];
const READING = [...LISTING, 's3:GetObject', 's3:GetObjectVersion'];

const issuer = tokenIssuer(TENANT);
let running: TestEmulator;
let endpoint: IdentityEndpoint;
/** Writes as the account's root. */
let root: S3Client;
let keyArn: string;
let otherKeyArn: string;

beforeAll(async () => {
  running = await startTestEmulator({ issuerKeys: { [issuer.issuer]: issuer.keys() } });
  const { emulator } = running;
  const stacks = new Stacks(emulator);
  await stacks.create('provider', {
    Provider: {
      Type: 'AWS::IAM::OIDCProvider',
      Properties: { Url: `https://${ISSUER}`, ClientIdList: [AUDIENCE] },
    },
  });
  await stacks.create('recordings', {
    ...recordingsStack(['kms:GenerateDataKey', 'kms:Decrypt']),
    ...reader('reader', READING),
    ...reader('lister', LISTING),
    ...reader('keyless', READING, { decrypts: false }),
    ...reader('nothing', ['s3:GetBucketLocation']),
    ...reader('everywhere', READING, { resources: ['*'] }),
  });
  const options = clientOptions(emulator, rootOf(emulator, OWNER));
  root = new S3Client(options);
  const { ServerSideEncryptionConfiguration: encryption } = await root.send(
    new GetBucketEncryptionCommand({ Bucket: BUCKET }),
  );
  keyArn = encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? '';
  const { KeyMetadata } = await new KMSClient(options).send(new CreateKeyCommand({}));
  otherKeyArn = KeyMetadata?.Arn ?? '';
  const directory = new Directory();
  directory.addApplication(AUDIENCE);
  directory.assign(AUDIENCE, IDENTITY);
  endpoint = await serveIdentities([IDENTITY], issuer, directory);
  Object.assign(process.env, endpoint.environment);
});
afterAll(async () => {
  await endpoint.close();
  await running.stop();
});

const opened: Bucket[] = [];
afterEach(() => opened.splice(0).forEach((bucket) => bucket.close()));

interface Opening {
  readonly role?: string;
  readonly bucket?: string;
  readonly account?: string;
  readonly clientId?: string;
  readonly audience?: string;
}

/** The bucket as the backend opens it: with a token of its identity, and no key. */
function open({
  role = 'reader',
  bucket = BUCKET,
  account = OWNER,
  clientId = IDENTITY.clientId,
  audience = AUDIENCE,
}: Opening = {}): Bucket {
  const { endpoint: at, requestHandler } = clientOptions(running.emulator, rootOf(running.emulator, OWNER));
  const location = { bucket, region: REGION, account, holdsBucket: undefined };
  const roleArn = `arn:aws:iam::${OWNER}:role/${role}`;
  const access: BucketAccessConfig = { kind: 'web-identity', ...location, roleArn, audience, clientId };
  const credentials = credentialsFor(access, { warn: () => undefined, requestHandler, endpoint: at });
  const one = openS3Bucket({ ...location, credentials, requestHandler, endpoint: at });
  opened.push(one);
  return one;
}

async function all<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

const promised = (): Fact =>
  expected({ storage: { bucket: BUCKET, region: REGION, encryption: 'kms', keyArn } });
const put = async (Key: string, Body: Uint8Array, more: object = {}): Promise<string> => {
  const { VersionId } = await root.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
  return VersionId ?? '';
};

describe('a check for a recording', () => {
  let conversationId = 'c0';
  let key: string;
  beforeEach(() => {
    conversationId = `c${Number(conversationId.slice(1)) + 1}`;
    key = `tavus/${conversationId}/1700000000000`;
  });

  async function look(bucket = open(), durationSec = CLIP_SEC): Promise<BucketLook> {
    const announced = callback(60, TAVUS_EVENTS.ready, { recording: { key, durationSec, wrong: [] } });
    const lookable = Object.assign(bucket, { unreadableSinceMs: undefined });
    return lookInto(lookable, { conversationId, facts: [promised(), announced], nowMs: 1 });
  }

  async function found(bucket?: Bucket, durationSec?: number): Promise<unknown> {
    const looked = await look(bucket, durationSec);
    return looked.kind === 'read' ? looked.facts.map((one) => [one.found, one.why]) : looked.reason;
  }

  test('finds it intact, with key, checksum and size', async () => {
    const versionId = await put(key, CLIP);
    expect(await look()).toMatchObject({
      facts: [
        {
          key,
          found: 'intact',
          versionId,
          bytes: CLIP.byteLength,
          durationSec: expect.closeTo(CLIP_SEC, 1),
          encryption: 'kms',
          keyArn,
          checksum: expect.stringMatching(/^CRC(?:32|64NVME):/),
        },
      ],
    });
  });

  test.each<[string, () => Promise<Uint8Array>, object, string, string]>([
    ['cut in half', async () => (await movie(15, 'front')).subarray(0, 500_000), {}, 'partial', 'cut-off'],
    ['empty', async () => new Uint8Array(), {}, 'not-playable', 'empty'],
    ['no video', async () => Buffer.from('no video'.repeat(999)), {}, 'not-playable', 'no-media'],
    [
      'encrypted by S3 itself',
      async () => CLIP,
      { ServerSideEncryption: 'AES256' },
      'wrong-encryption',
      'other-encryption',
    ],
  ])('recognises it: %s', async (_what, body, more, what, why) => {
    await put(key, await body(), more);
    expect(await found()).toEqual([[what, why]]);
  });

  test('finds one shorter than announced', async () => {
    await put(key, CLIP);
    expect(await found(open(), 60)).toEqual([['partial', 'shorter-than-announced']]);
  });

  test('finds one encrypted with another key, which the reader cannot use', async () => {
    await put(key, CLIP, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: otherKeyArn });
    expect(await found()).toEqual([['wrong-encryption', 'other-key']]);
  });

  test('finds it deleted, and overwritten', async () => {
    await put(key, CLIP);
    await put(key, await movie(2, 'back'));
    expect(await found()).toEqual([['overwritten', 'replaced']]);
    await root.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
    expect(await found()).toEqual([
      ['overwritten', 'replaced'],
      ['nothing', undefined],
    ]);
  });

  test('finds an incomplete upload, with its newest part', async () => {
    const { UploadId } = await root.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: key }));
    const upload = async (): Promise<unknown> =>
      (await open().uploads(`tavus/${conversationId}/`)).find(({ uploadId }) => uploadId === UploadId);
    expect(await upload()).toMatchObject({ key, startedMs: expect.any(Number), lastPartMs: undefined });
    const part = { Bucket: BUCKET, Key: key, UploadId, PartNumber: 1 };
    const { ETag } = await root.send(new UploadPartCommand({ ...part, Body: CLIP }));
    expect(await upload()).toMatchObject({ key, lastPartMs: expect.any(Number) });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await root.send(
      new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key: key, UploadId, MultipartUpload }),
    );
    expect(await upload()).toBeUndefined();
    expect(await found()).toEqual([['intact', undefined]]);
  });

  test.each([
    ['nothing', 'denied'],
    ['lister', 'denied'],
    ['keyless', 'denied'],
  ])('gives no result if the role cannot read: %s', async (role, reason) => {
    await put(key, CLIP);
    expect(await found(open({ role }))).toBe(reason);
  });
});

describe('a listing', () => {
  const PREFIX = 'tavus/odd/';
  /** Sorted as S3 does: by bytes. */
  const KEYS = ['a b+c&d%20', 'é', '\u{1F600}', '\u0001'].map((name) => PREFIX + name);
  beforeAll(async () => {
    for (const key of KEYS) await put(key, new Uint8Array(1));
  });
  const inOrder = [...KEYS].toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));

  test('returns keys unchanged, with any characters', async () => {
    const [versions, objects] = [open().versions(PREFIX), open().objects(PREFIX)];
    const keys = async (
      pages: AsyncIterable<readonly { readonly key: string }[]>,
    ): Promise<readonly string[]> => (await all(pages)).flat().map(({ key }) => key);
    expect(await keys(versions)).toEqual(inOrder);
    expect(await keys(objects)).toEqual(inOrder);
  });

  test('continues to its last page', async () => {
    const prefix = 'tavus/many/';
    const key = `${prefix}one`;
    for (let n = 0; n < 1005; n += 1) await put(n % 2 === 0 ? key : `${prefix}${n}`, new Uint8Array(1));
    const pages = await all(open().versions(prefix));
    expect(pages.length).toBeGreaterThan(1);
    const versions = pages.flat();
    expect(new Set(versions.map((one) => `${one.key} ${one.versionId}`)).size).toBe(1005);
    expect(versions.filter((one) => one.isLatest)).toHaveLength(503);
    expect((await all(open().objects(prefix))).flat()).toHaveLength(503);
  }, 120_000);
});

describe('an object', () => {
  test('that does not exist, or is a delete marker, has no head', async () => {
    const key = 'tavus/head/1';
    expect(await open().head(key)).toBeUndefined();
    const versionId = await put(key, CLIP);
    const { VersionId: marker } = await root.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
    expect(await open().head(key)).toBeUndefined();
    expect(await open().head(key, marker)).toBeUndefined();
    expect(await open().head(key, versionId)).toMatchObject({ versionId, bytes: CLIP.byteLength });
  });
});

/** Requests a URL, as a browser does. */
async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}> {
  const agent = new Agent({ ca: running.emulator.certificatePem });
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('a link', () => {
  const KEY = 'tavus/link/1700000000000';
  let versionId: string;
  beforeAll(async () => {
    versionId = await put(KEY, CLIP);
    await put(KEY, new Uint8Array(1));
  });

  test('plays exactly its version, by ranges', async () => {
    const { url, expiresMs } = await open().link(KEY, { versionId });
    expect(expiresMs - Date.now()).toBeGreaterThan(14 * 60_000);
    const whole = await get(url);
    expect(whole).toMatchObject({
      status: 200,
      headers: { 'content-type': 'video/mp4', 'cache-control': 'private, no-store' },
    });
    expect(whole.body.equals(CLIP)).toBe(true);
    const part = await get(url, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(part.body.equals(CLIP.subarray(100, 200))).toBe(true);
  });

  test('can be a download with a file name', async () => {
    const { url } = await open().link(KEY, { versionId, fileName: 'Zoë "1".mp4' });
    expect((await get(url)).headers['content-disposition']).toBe(
      `attachment; filename="Zo___1_.mp4"; filename*=UTF-8''Zo%C3%AB%20%221%22.mp4`,
    );
  });

  test('is invalid for another object, version or time', async () => {
    const { url } = await open().link(KEY, { versionId });
    const changed = (name: string, value: string): string => {
      const other = new URL(url);
      other.searchParams.set(name, value);
      return other.href;
    };
    expect((await get(changed('X-Amz-Expires', '86400'))).status).toBe(403);
    expect((await get(changed('versionId', 'another'))).status).toBe(403);
    expect((await get(url.replace('tavus/link', 'tavus/head'))).status).toBe(403);
  });

  test('expires after 15 minutes', async () => {
    jest.useFakeTimers({ now: Date.now() - 15 * 60_000 - 1000, advanceTimers: true });
    const { url } = await open()
      .link(KEY, { versionId })
      .finally(() => jest.useRealTimers());
    const { status, body } = await get(url);
    expect(status).toBe(403);
    expect(body.toString()).toContain('Request has expired');
  });

  test('contains the account, and S3 refuses it for another one', async () => {
    const { url } = await open({ account: OTHER_ACCOUNT }).link(KEY, { versionId });
    expect(new URL(url).searchParams.get('x-amz-expected-bucket-owner')).toBe(OTHER_ACCOUNT);
    expect((await get(url)).status).toBe(403);
  });
});

describe('a bucket that cannot be read', () => {
  const reason = async (call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.catch((thrown: unknown) => thrown);
    return error instanceof BucketUnreadable ? error.reason : `no BucketUnreadable: ${String(error)}`;
  };

  test.each<[string, Opening, UnreadableReason]>([
    ['of another account', { account: OTHER_ACCOUNT }, 'denied'],
    ['that does not exist', { bucket: 'no-such-bucket', role: 'everywhere' }, 'no-bucket'],
    ['that the role cannot read', { bucket: LOG_BUCKET }, 'denied'],
    ['for an unknown identity', { clientId: 'another' }, 'no-token'],
    ['for an unknown audience', { audience: 'api://another' }, 'no-token'],
    ['with a missing role', { role: 'another' }, 'role-refused'],
    ['with a role that trusts another principal', { role: 'tavus' }, 'role-refused'],
  ])('%s', async (_what, opening, expectation) => {
    const bucket = open(opening);
    expect(await reason(all(bucket.versions('tavus/')))).toBe(expectation);
    expect(await reason(all(bucket.objects('tavus/')))).toBe(expectation);
    expect(await reason(bucket.uploads('tavus/'))).toBe(expectation);
    expect(await reason(bucket.read('tavus/link/1', 'v', 0, 1))).toBe(expectation);
  });

  test('because no server answers', async () => {
    const { requestHandler } = clientOptions(running.emulator, rootOf(running.emulator, OWNER));
    const bucket = openS3Bucket({
      bucket: BUCKET,
      region: REGION,
      account: OWNER,
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
      requestHandler,
      endpoint: 'https://localhost:1',
    });
    expect(await reason(bucket.uploads(''))).toBe('unreachable');
    bucket.close();
  });
});
