import { DeleteBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { Credentials } from '../../../local/aws/clients';
import {
  BODY,
  form,
  get,
  put,
  replaced,
  startGuarded,
  withHeaders,
  ZEROS,
  type Door,
  type Guarded,
} from './guarded';
import { signInHeader, signInQuery, type Signed } from './sigv4';

let aws: Guarded;
beforeAll(async () => {
  aws = await startGuarded();
});
afterAll(async () => aws.stop());

test.each(['test', 'AKIAIOSFODNN7EXAMPLE', ''])('the key %j is none of this run', async (accessKeyId) => {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  for (const door of aws.doors) {
    for (const sign of [signInHeader, signInQuery]) {
      expect((await door.send(sign(get(door), { credentials }))).status).toBe(403);
      expect((await door.send(sign(form(door), { credentials, service: 'iam' }))).status).toBe(403);
    }
  }
});

test('digits of another script are no account number', async () => {
  const credentials = { ...aws.root, accessKeyId: '１１１１２２２２３３３３' };
  for (const door of aws.doors) {
    expect((await door.send(signInQuery(form(door), { credentials, service: 'iam' }))).status).toBe(403);
  }
});

test('each account has a secret of its own', async () => {
  const [door] = aws.doors;
  const credentials = { ...aws.root, accessKeyId: '999988887777' };
  const signed = door && signInHeader(form(door), { credentials, service: 'iam' });
  expect(signed && (await door?.send(signed))?.outcome).toBe('SignatureDoesNotMatch');
});

test.each<[string, string, (door: Door) => Signed]>([
  ['reads nothing', 'AccessDenied', (door) => ({ ...get(door), headers: { host: door.host }, body: '' })],
  [
    'lists no role',
    'AccessDenied',
    (door) => ({ ...form(door), headers: { host: door.host }, body: form(door).body ?? '' }),
  ],
])('an unsigned request %s', async (_what, outcome, unsigned) => {
  for (const door of aws.doors) expect(await door.send(unsigned(door))).toMatchObject({ outcome });
});

test('only the services of the stack are there: no function can be made', async () => {
  for (const door of aws.doors) {
    const path = '/2015-03-31/functions';
    const made = { method: 'POST', host: door.host, path, body: '{"FunctionName":"f"}' };
    const answer = await door.send(signInHeader(made, { credentials: aws.root, service: 'lambda' }));
    expect(answer).toMatchObject({ status: 400, body: '{"error": "Unsupported service: lambda"}' });
  }
});

test.each([
  '/_ministack/reset',
  '/_ministack/config',
  '/_ministack/health',
  '/_localstack/health',
  '/_aws/x',
])('%s is closed to root, too', async (path) => {
  for (const door of aws.doors) {
    const signed = signInHeader({ method: 'POST', host: door.host, path }, { credentials: aws.root });
    const answer = await door.send(signed);
    expect(answer).toMatchObject({
      status: 403,
      body: expect.stringContaining(`${path}: closed, got POST.`),
    });
    expect((await door.send(signInHeader(get(door), { credentials: aws.root }))).body).toBe(BODY);
  }
});

describe('a valid signature does not help', () => {
  const signedBy = (door: Door, host: string): Signed =>
    signInHeader({ ...get(door), host }, { credentials: aws.root });

  test.each(['evil.example', 'localhost.evil.example', 'recordings.localhost'])(
    'under the name %s',
    async (name) => {
      for (const door of aws.doors) {
        const host = `${name}:${door.port}`;
        expect(await door.send(signedBy(door, host))).toMatchObject({
          status: 403,
          body: expect.stringContaining(`Host: not this computer, got ${host}.`),
        });
      }
    },
  );

  test('with the port of another server', async () => {
    for (const door of aws.doors)
      expect((await door.send(signedBy(door, 'localhost:1'))).outcome).toBe('403');
  });

  test.each<Readonly<Record<string, string>>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('from another page: %j', async (from) => {
    for (const door of aws.doors) {
      expect(
        await door.send(withHeaders(signInHeader(get(door), { credentials: aws.root }), from)),
      ).toMatchObject({
        status: 403,
        body: expect.stringContaining('Origin: another web page, got'),
      });
    }
  });
});

describe('from another page', () => {
  const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
  const signer = (): { credentials: Credentials } => ({ credentials: aws.session });

  test.each(['GET', 'HEAD'])(
    'a %s that is presigned for an object passes, unreadable for scripts',
    async (method) => {
      for (const door of aws.doors) {
        const { status, cors } = await door.send(
          withHeaders(signInQuery({ ...get(door), method }, signer()), from),
        );
        expect(status).toBe(200);
        expect(cors).toEqual([]);
      }
    },
  );

  test.each<[string, (door: Door) => Signed]>([
    ['a presigned upload', (door) => signInQuery(put(door), signer())],
    ['a presigned list', (door) => signInQuery({ ...get(door), path: '/recordings' }, signer())],
    [
      'a presigned call of another service',
      (door) => signInQuery(form(door), { credentials: aws.root, service: 'iam' }),
    ],
    ['a question before a request', (door) => ({ ...signInHeader(get(door), signer()), method: 'OPTIONS' })],
    [
      'a presigned link with another signature',
      (door) => replaced(signInQuery(get(door), signer()), 'path', /Signature=.*/, `Signature=${ZEROS}`),
    ],
  ])('%s does not', async (_what, signed) => {
    for (const door of aws.doors) {
      const { status, cors } = await door.send(withHeaders(signed(door), from));
      expect(status).toBe(403);
      expect(cors).toEqual([]);
    }
  });
});

test('a request without TLS is one for the bucket policy too, whatever X-Forwarded-Proto says', async () => {
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
  for (const door of aws.doors) {
    const claimed = { 'x-forwarded-proto': 'https' };
    const isPlain = aws.emulator.plainEndpoint.endsWith(door.port);
    const unsigned = withHeaders(signInHeader(get(door), { credentials }), claimed);
    expect((await door.send(unsigned)).status).toBe(isPlain ? 403 : 200);
    const signed = signInHeader(get(door), { credentials }, undefined, claimed);
    if (isPlain) expect((await door.send(signed)).status).toBe(403);
  }
  await aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: 'recordings' }));
});

test.each(['same-origin', 'none'])('a browser that says %s passes', async (site) => {
  for (const door of aws.doors) {
    const signed = withHeaders(signInQuery(get(door), { credentials: aws.root }), { 'sec-fetch-site': site });
    expect((await door.send(signed)).body).toBe(BODY);
  }
});

test('no answer may be read by other pages', async () => {
  for (const door of aws.doors) {
    const { status, cors } = await door.send(
      signInHeader(form(door), { credentials: aws.root, service: 'iam' }),
    );
    expect(status).toBe(200);
    expect(cors).toEqual([]);
  }
});
