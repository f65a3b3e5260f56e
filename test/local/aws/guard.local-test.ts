import { DeleteBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { EmulatorCredentials } from '../../../local/aws/clients';
import {
  BODY,
  form,
  get,
  put,
  replaced,
  startGuarded,
  withHeaders,
  ZEROS,
  type Endpoint,
  type GuardedEmulator,
} from './guarded';
import { signInHeader, signInQuery, type Signed } from './sigv4';

let aws: GuardedEmulator;
beforeAll(async () => {
  aws = await startGuarded();
});
afterAll(async () => aws.stop());

test.each(['test', 'AKIAIOSFODNN7EXAMPLE', ''])('the unknown key %j is refused', async (accessKeyId) => {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  for (const endpoint of aws.endpoints) {
    for (const sign of [signInHeader, signInQuery]) {
      expect((await endpoint.send(sign(get(endpoint), { credentials }))).status).toBe(403);
      expect((await endpoint.send(sign(form(endpoint), { credentials, service: 'iam' }))).status).toBe(403);
    }
  }
});

test('digits of another script are not an account number', async () => {
  const credentials = { ...aws.root, accessKeyId: '１１１１２２２２３３３３' };
  for (const endpoint of aws.endpoints) {
    expect((await endpoint.send(signInQuery(form(endpoint), { credentials, service: 'iam' }))).status).toBe(
      403,
    );
  }
});

test('each account has its own secret', async () => {
  const [endpoint] = aws.endpoints;
  const credentials = { ...aws.root, accessKeyId: '999988887777' };
  const signed = endpoint && signInHeader(form(endpoint), { credentials, service: 'iam' });
  expect(signed && (await endpoint?.send(signed))?.outcome).toBe('SignatureDoesNotMatch');
});

test.each<[string, string, (endpoint: Endpoint) => Signed]>([
  [
    'reads nothing',
    'AccessDenied',
    (endpoint) => ({ ...get(endpoint), headers: { host: endpoint.host }, body: '' }),
  ],
  [
    'lists no role',
    'AccessDenied',
    (endpoint) => ({ ...form(endpoint), headers: { host: endpoint.host }, body: form(endpoint).body ?? '' }),
  ],
])('an unsigned request %s', async (_what, outcome, unsigned) => {
  for (const endpoint of aws.endpoints)
    expect(await endpoint.send(unsigned(endpoint))).toMatchObject({ outcome });
});

test('other services do not exist, such as Lambda', async () => {
  for (const endpoint of aws.endpoints) {
    const path = '/2015-03-31/functions';
    const made = { method: 'POST', host: endpoint.host, path, body: '{"FunctionName":"f"}' };
    const answer = await endpoint.send(signInHeader(made, { credentials: aws.root, service: 'lambda' }));
    expect(answer).toMatchObject({ status: 400, body: '{"error": "Unsupported service: lambda"}' });
  }
});

test.each([
  '/_ministack/reset',
  '/_ministack/config',
  '/_ministack/health',
  '/_localstack/health',
  '/_aws/x',
])('%s is refused, also with a root key', async (path) => {
  for (const endpoint of aws.endpoints) {
    const signed = signInHeader({ method: 'POST', host: endpoint.host, path }, { credentials: aws.root });
    const answer = await endpoint.send(signed);
    expect(answer).toMatchObject({
      status: 403,
      body: expect.stringContaining(`${path}: not allowed, got POST.`),
    });
    expect((await endpoint.send(signInHeader(get(endpoint), { credentials: aws.root }))).body).toBe(BODY);
  }
});

describe('a request with a valid signature is refused', () => {
  const signedBy = (endpoint: Endpoint, host: string): Signed =>
    signInHeader({ ...get(endpoint), host }, { credentials: aws.root });

  test.each(['evil.example', 'localhost.evil.example', 'recordings.localhost'])(
    'with the host name %s',
    async (name) => {
      for (const endpoint of aws.endpoints) {
        const host = `${name}:${endpoint.port}`;
        expect(await endpoint.send(signedBy(endpoint, host))).toMatchObject({
          status: 403,
          body: expect.stringContaining(`Host: not this computer, got ${host}.`),
        });
      }
    },
  );

  test('with another port', async () => {
    for (const endpoint of aws.endpoints)
      expect((await endpoint.send(signedBy(endpoint, 'localhost:1'))).outcome).toBe('403');
  });

  test.each<Readonly<Record<string, string>>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('from another web page: %j', async (from) => {
    for (const endpoint of aws.endpoints) {
      expect(
        await endpoint.send(withHeaders(signInHeader(get(endpoint), { credentials: aws.root }), from)),
      ).toMatchObject({
        status: 403,
        body: expect.stringContaining('Origin: another web page, got'),
      });
    }
  });
});

describe('from another web page', () => {
  const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
  const signer = (): { credentials: EmulatorCredentials } => ({ credentials: aws.session });

  test.each(['GET', 'HEAD'])(
    'a presigned %s of an object is accepted, but scripts cannot read the answer',
    async (method) => {
      for (const endpoint of aws.endpoints) {
        const { status, cors } = await endpoint.send(
          withHeaders(signInQuery({ ...get(endpoint), method }, signer()), from),
        );
        expect(status).toBe(200);
        expect(cors).toEqual([]);
      }
    },
  );

  test.each<[string, (endpoint: Endpoint) => Signed]>([
    ['a presigned upload', (endpoint) => signInQuery(put(endpoint), signer())],
    ['a presigned list', (endpoint) => signInQuery({ ...get(endpoint), path: '/recordings' }, signer())],
    [
      'a presigned call of another service',
      (endpoint) => signInQuery(form(endpoint), { credentials: aws.root, service: 'iam' }),
    ],
    ['a CORS preflight', (endpoint) => ({ ...signInHeader(get(endpoint), signer()), method: 'OPTIONS' })],
    [
      'a presigned link with another signature',
      (endpoint) =>
        replaced(signInQuery(get(endpoint), signer()), 'path', /Signature=.*/, `Signature=${ZEROS}`),
    ],
  ])('%s is refused', async (_what, signed) => {
    for (const endpoint of aws.endpoints) {
      const { status, cors } = await endpoint.send(withHeaders(signed(endpoint), from));
      expect(status).toBe(403);
      expect(cors).toEqual([]);
    }
  });
});

test('the bucket policy sees a request without TLS, whatever X-Forwarded-Proto says', async () => {
  const Deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: 'arn:aws:s3:::recordings/*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Deny] });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: 'recordings', Policy }));
  const credentials = aws.session;
  for (const endpoint of aws.endpoints) {
    const claimed = { 'x-forwarded-proto': 'https' };
    const isPlain = aws.emulator.plainEndpoint.endsWith(endpoint.port);
    const unsigned = withHeaders(signInHeader(get(endpoint), { credentials }), claimed);
    expect((await endpoint.send(unsigned)).status).toBe(isPlain ? 403 : 200);
    const signed = signInHeader(get(endpoint), { credentials }, undefined, claimed);
    if (isPlain) expect((await endpoint.send(signed)).status).toBe(403);
  }
  await aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: 'recordings' }));
});

test.each(['same-origin', 'none'])('a request with sec-fetch-site %s is accepted', async (site) => {
  for (const endpoint of aws.endpoints) {
    const signed = withHeaders(signInQuery(get(endpoint), { credentials: aws.root }), {
      'sec-fetch-site': site,
    });
    expect((await endpoint.send(signed)).body).toBe(BODY);
  }
});

test('other web pages cannot read any answer', async () => {
  for (const endpoint of aws.endpoints) {
    const { status, cors } = await endpoint.send(
      signInHeader(form(endpoint), { credentials: aws.root, service: 'iam' }),
    );
    expect(status).toBe(200);
    expect(cors).toEqual([]);
  }
});
