import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { clientOptions, rootOf, type EmulatorCredentials } from '../../../local/aws/clients';
import { openS3PassThrough, type S3PassThrough } from '../../../local/aws/s3-pass-through';
import { freePort } from '../../../local/free-port';
import { BUCKET, recordingsStack } from './recordings-template';
import { signInHeader, signInQuery, type Signed } from './sigv4';
import { assume, OWNER, REGION, Stacks, startTestEmulator, type TestEmulator } from './support';

const KEY = 'tavus/c1/1';
const PATH = `/${BUCKET}/${KEY}`;
const BODY = 'the bytes of a recording';
/** Headers of a browser whose page shows a video of another origin. */
const VIDEO = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'video' };

let running: TestEmulator;
let passThrough: S3PassThrough;
let host: string;
/** May read and write; the TLS-only bucket policy applies. */
let credentials: EmulatorCredentials;

beforeAll(async () => {
  const port = await freePort();
  host = `127.0.0.1:${port}`;
  running = await startTestEmulator({ frontPort: port });
  await new Stacks(running.emulator).create('recordings', recordingsStack());
  credentials = await assume(running.emulator);
  const s3 = new S3Client(clientOptions(running.emulator, credentials));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: BODY, ContentType: 'video/mp4' }));
  s3.destroy();
  passThrough = await openS3PassThrough(running.emulator, port);
});
afterAll(async () => {
  await passThrough.close();
  await running.stop();
});

interface PassedResponse {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function send(signed: Signed, more: Readonly<Record<string, string>> = {}): Promise<PassedResponse> {
  const { method, path } = signed;
  const headers = { ...signed.headers, ...more };
  const { port } = new URL(passThrough.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const { statusCode: status, headers: given } = response;
      void text(response).then((body) => resolve({ status, headers: given, body }), reject);
    });
    sent.on('error', reject).end(signed.body);
  });
}

const link = (method = 'GET', path = PATH): Signed => signInQuery({ method, host, path }, { credentials });

test('an unmodified client lists and reads through it, although the bucket requires TLS', async () => {
  process.env['AWS_ENDPOINT_URL_S3'] = passThrough.url;
  const s3 = new S3Client({ region: REGION, credentials });
  const { Contents } = await s3.send(
    new ListObjectsV2Command({ Bucket: BUCKET, ExpectedBucketOwner: OWNER }),
  );
  expect(Contents?.map((object) => object.Key)).toEqual([KEY]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY, Range: 'bytes=4-8' }));
  expect(await Body?.transformToString()).toBe('bytes');
  await expect(s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 405 },
  });
  s3.destroy();
});

test('a presigned link works in a page of another origin, also for ranges', async () => {
  expect(await send(link(), VIDEO)).toMatchObject({
    status: 200,
    body: BODY,
    headers: { 'content-type': 'video/mp4', 'content-length': String(BODY.length) },
  });
  expect(await send(link(), { ...VIDEO, range: 'bytes=4-8' })).toMatchObject({
    status: 206,
    body: 'bytes',
    headers: { 'content-range': `bytes 4-8/${BODY.length}` },
  });
  expect(await send(link('HEAD'), VIDEO)).toMatchObject({ status: 200, body: '' });
});

test('no web page can read its answers', async () => {
  const { headers } = await send(link(), { ...VIDEO, origin: 'http://localhost:1' });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
});

describe('it refuses', () => {
  const inHeader = (): Signed => signInHeader({ method: 'GET', host, path: PATH }, { credentials });
  const hostHeader = (value: string): Signed => ({ ...link(), headers: { host: value } });
  const [ONLY_READS, NO_SIGNATURE] = ['only GET and HEAD are allowed', 'Signature: missing for S3'];
  const [OTHER_PAGE, OTHER_NAME] = [
    'Pages may not use this server',
    'could reach this server under another name',
  ];

  test.each<[string, string, () => Signed, Readonly<Record<string, string>>?]>([
    ['no signature', NO_SIGNATURE, () => ({ ...link(), path: PATH })],
    [
      'a signed request for another service',
      NO_SIGNATURE,
      () => {
        const root = { credentials: rootOf(running.emulator, OWNER), service: 'iam' };
        return signInHeader({ method: 'GET', host, path: '/', query: { Action: 'ListRoles' } }, root);
      },
    ],
    [
      'a presigned link for another service',
      NO_SIGNATURE,
      () => {
        const root = { credentials: rootOf(running.emulator, OWNER), service: 'iam' };
        return signInQuery({ method: 'GET', host, path: '/', query: { Action: 'ListRoles' } }, root);
      },
    ],
    ['an upload by a presigned link', ONLY_READS, () => link('PUT')],
    ['a delete by a presigned link', ONLY_READS, () => link('DELETE')],
    ['a CORS preflight', ONLY_READS, () => ({ ...link(), method: 'OPTIONS' })],
    [
      'another host name of this computer',
      OTHER_NAME,
      () => hostHeader(host.replace('127.0.0.1', 'evil.example')),
    ],
    ['the port of another server', OTHER_NAME, () => hostHeader('127.0.0.1:1')],
    ['a signed request from another web page', OTHER_PAGE, inHeader, VIDEO],
  ])('%s', async (_what, words, signed, headers = {}) => {
    expect((await send(signed(), headers)).body).toContain(words);
  });

  test.each<[string, () => Signed, Readonly<Record<string, string>>?]>([
    [
      'an expired link',
      () =>
        signInQuery({ method: 'GET', host, path: PATH }, { credentials, at: new Date(Date.now() - 61_000) }),
    ],
    ['a link to another object', () => ({ ...link(), path: link().path.replace('/1?', '/2?') })],
    ['a link for another method', () => ({ ...link(), method: 'HEAD' })],
    ['a changed link', () => ({ ...link(), path: link().path.replace(/Signature=.*/, 'Signature=0') })],
    ['a presigned list in another web page', () => link('GET', `/${BUCKET}`), VIDEO],
  ])('by the emulator: %s', async (_what, signed, headers = {}) => {
    expect((await send(signed(), headers)).status).toBe(403);
  });
});

test('a link gets 502 when the emulator has stopped', async () => {
  await running.emulator.stop();
  expect((await send(link())).status).toBe(502);
});
