import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { AwsCloud } from '../../../local/tavus/storage/aws-cloud';
import { CloudRefusal } from '../../../local/tavus/storage/cloud';
import { listenOn } from './helpers';
import { GOOD_TRUST_POLICY, ROLE_ARN } from './fake-cloud';

interface ReceivedRequest {
  /** Method and path. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface FakeResponse {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let server: Server;
let port = 0;
let received: ReceivedRequest[] = [];
let respond: (request: ReceivedRequest) => FakeResponse = () => ({});

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const one = { line: `${request.method} ${request.url}`, headers: request.headers, body };
      received.push(one);
      const { status = 200, headers = {}, body: text = '<R/>' } = respond(one);
      response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(text);
    });
  });
  port = await listenOn(server);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  received = [];
});

const cloud = new AwsCloud({
  clientOptions: (credentials, region) => ({
    credentials,
    region,
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    maxAttempts: 1,
  }),
  rootOf: (account) => ({ accessKeyId: account, secretAccessKey: 'root' }),
});
const SESSION = { accessKeyId: 'ASIASESSION', secretAccessKey: 's', sessionToken: 'the-token' };
const store = (): ReturnType<AwsCloud['store']> => cloud.store(SESSION, 'eu-west-1', 'box');
const signer = ({ headers }: ReceivedRequest): string =>
  /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.replace(/\/\d{8}\//, '/') ?? '';
const s3Error = (code: string): string => `<Error><Code>${code}</Code><Message>m</Message></Error>`;

function roleXml(arn: string, document: string): string {
  return `<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Arn>${arn}</Arn><RoleName>n</RoleName><RoleId>i</RoleId><Path>/</Path><CreateDate>2026-01-01T00:00:00Z</CreateDate><MaxSessionDuration>43200</MaxSessionDuration><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`;
}

/** Headers that change the object, or that the vendor is not known to send. */
function extraHeaders(request: ReceivedRequest | undefined): string[] {
  const names = Object.keys(request?.headers ?? {});
  return names.filter((name) =>
    /acl|grant|encryption|tagging|checksum|storage-class|meta-|content-type/.test(name),
  );
}

test("reads the role as the root of the customer's account, URL-encoded or not", async () => {
  const plain = JSON.stringify(GOOD_TRUST_POLICY);
  for (const document of [encodeURIComponent(plain), plain.replaceAll('"', '&quot;')]) {
    respond = () => ({ body: roleXml(ROLE_ARN, document) });
    expect(await cloud.getRole(ROLE_ARN)).toEqual({ trustPolicy: GOOD_TRUST_POLICY, maxSessionSec: 43_200 });
  }
  expect(received[0]?.body).toContain('RoleName=tavus-recordings');
  expect(received.map(signer)[0]).toBe('123456789012/us-east-1/iam/aws4_request');
});

test('a role with the same name and another path does not exist', async () => {
  respond = () => ({ body: roleXml('arn:aws:iam::123456789012:role/other/tavus-recordings', '{}') });
  await expect(cloud.getRole(ROLE_ARN)).rejects.toMatchObject({ code: 'NoSuchEntity' });
});

test("assumes the role as the vendor's account, for 12 hours, with the external id", async () => {
  respond = () => ({
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  });
  const request = { roleArn: ROLE_ARN, externalId: 'tavus', durationSec: 43_200 };
  const session = await cloud.assumeRole(request);
  expect(session).toEqual({ accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T' });
  expect(received.map(signer)).toEqual(['291871421005/us-east-1/sts/aws4_request']);
  const sent = new URLSearchParams(received[0]?.body);
  expect([sent.get('ExternalId'), sent.get('DurationSeconds'), sent.get('RoleArn')]).toEqual([
    'tavus',
    '43200',
    ROLE_ARN,
  ]);
});

test('opens an upload in the session and region without ACL, encryption, tag or Content-Type', async () => {
  respond = () => ({
    body: '<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>',
  });
  expect(await store().createUpload('tavus/c/1', undefined)).toBe('u1');
  expect(await store().createUpload('tavus/c/1', 'video/mp4')).toBe('u1');
  expect(received.map(({ line }) => line)).toEqual(Array(2).fill('POST /box/tavus/c/1?uploads='));
  expect(received.map(signer)[0]).toBe('ASIASESSION/eu-west-1/s3/aws4_request');
  expect(received[0]?.headers['x-amz-security-token']).toBe('the-token');
  expect(extraHeaders(received[0])).toEqual([]);
  expect(received[1]?.headers['content-type']).toBe('video/mp4');
});

test('the other methods make the S3 calls that their permissions are named after', async () => {
  respond = ({ line }) => ({
    headers: { etag: '"e1"', 'x-amz-version-id': 'v1' },
    body: line.startsWith('GET /box/k') ? '' : '<R><Part><PartNumber>1</PartNumber></Part></R>',
  });
  const bucket = store();
  await bucket.listObjects('p/');
  await bucket.listVersions('p/');
  await bucket.listUploads('p/');
  expect(await bucket.getObject('k')).toBe('found');
  expect(await bucket.getObject('k', 'v1')).toBe('found');
  expect(await bucket.uploadPart('k', 'u', 1, Buffer.from('x'))).toBe('"e1"');
  expect(await bucket.completeUpload('k', 'u', [{ partNumber: 1, etag: '"e1"' }])).toBe('v1');
  await bucket.abortUpload('k', 'u');
  bucket.close();
  // The SDK sets a part's Content-Type. S3 ignores it: the object's comes from createUpload.
  const part = received.find(({ line }) => line.includes('partNumber=1'));
  expect(extraHeaders(part)).toEqual(['content-type']);
  expect(received.map(({ line }) => line.replace(/&?x-id=\w+/, '').replace(/\?$/, ''))).toEqual([
    'GET /box/?list-type=2&max-keys=1&prefix=p%2F',
    'GET /box/?max-keys=1&prefix=p%2F&versions=',
    'GET /box/?max-uploads=1&prefix=p%2F&uploads=',
    'GET /box/k',
    'GET /box/k?versionId=v1',
    'PUT /box/k?partNumber=1&uploadId=u',
    'POST /box/k?uploadId=u',
    'DELETE /box/k?uploadId=u',
  ]);
});

test.each([
  [404, 'NoSuchKey'],
  [404, 'NoSuchVersion'],
  [400, 'InvalidArgument'],
])('a missing object or version is absent: %d %s', async (status, code) => {
  respond = () => ({ status, body: s3Error(code) });
  expect(await store().getObject('k', 'null')).toBe('absent');
});

test.each([
  [403, 'AccessDenied'],
  [404, 'NoSuchBucket'],
  [301, 'PermanentRedirect'],
  [400, 'AuthorizationHeaderMalformed'],
])('a response %d %s is a refusal', async (status, code) => {
  respond = () => ({ status, body: s3Error(code) });
  await expect(store().getObject('k')).rejects.toBeInstanceOf(CloudRefusal);
  await expect(store().listObjects('p')).rejects.toMatchObject({ code });
});
