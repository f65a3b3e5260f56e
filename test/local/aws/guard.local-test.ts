import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf, type Credentials } from '../../../local/aws/clients';
import {
  signInChunks,
  signInHeader,
  signInQuery,
  signWithTrailer,
  type Signed,
  type Unsigned,
} from './sigv4';
import { assume, OWNER, startTestEmulator, type TestEmulator } from './support';

const OBJECT = '/recordings/tavus/c1/1';
const BODY = 'the bytes of a recording';
const CHECKSUM = ((): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(BODY));
  return bytes.toString('base64');
})();
const MINUTE_MS = 60_000;

let running: TestEmulator;
let s3: S3Client;
let root: Credentials;
let session: Credentials;

beforeAll(async () => {
  running = await startTestEmulator();
  const { emulator } = running;
  root = rootOf(emulator, OWNER);
  s3 = new S3Client(clientOptions(emulator, root));
  await s3.send(new CreateBucketCommand({ Bucket: 'recordings' }));
  await s3.send(new PutObjectCommand({ Bucket: 'recordings', Key: OBJECT.slice(12), Body: BODY }));
  const iam = new IAMClient(clientOptions(emulator, root));
  const everything = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = everything({ Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${OWNER}:root` } });
  const PolicyDocument = everything({ Action: 's3:*', Resource: '*' });
  await iam.send(new CreateRoleCommand({ RoleName: 'tavus', AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'tavus', PolicyName: 's3', PolicyDocument }));
  session = await assume(emulator, { account: OWNER });
});
afterAll(async () => running.stop());

/** A port of the emulator, and the name under which it is asked. */
interface Door {
  readonly tls: boolean;
  readonly name: string;
}
const DOORS: readonly Door[] = [
  { tls: true, name: 'localhost' },
  { tls: true, name: '127.0.0.1' },
  { tls: false, name: 'localhost' },
  { tls: false, name: '127.0.0.1' },
];

const portOf = ({ tls }: Door): string =>
  new URL(tls ? running.emulator.endpoint : running.emulator.plainEndpoint).port;
const hostOf = (door: Door): string => `${door.name}:${portOf(door)}`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** AWS's code in an error, else the status. */
  readonly outcome: string;
}

function send(door: Door, { method, path, headers, body }: Signed): Promise<Answer> {
  const ask = door.tls ? httpsRequest : httpRequest;
  // The certificate is right; that it does not have the Host's name is what a wrong Host is about.
  const trust = { ca: running.emulator.certificatePem, checkServerIdentity: () => undefined };
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const options = {
      host: '127.0.0.1',
      port: portOf(door),
      method,
      path,
      headers: { ...length, ...headers },
      ...trust,
    };
    const request = ask({ ...options, agent: false }, (response) => {
      void text(response).then((received) => {
        const code = /(?:<Code>|"__type": ?")(\w+)/.exec(received)?.[1];
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, body: received, outcome: code ?? String(status) });
      }, reject);
    });
    request.on('error', reject).end(body);
  });
}

const get = (door: Door): Unsigned => ({ method: 'GET', host: hostOf(door), path: OBJECT });
const put = (door: Door): Unsigned => ({
  method: 'PUT',
  host: hostOf(door),
  path: '/recordings/written',
  body: BODY,
});
const form = (door: Door): Unsigned => ({
  method: 'POST',
  host: hostOf(door),
  path: '/',
  body: 'Action=ListRoles&Version=2010-05-08',
});
const withHeaders = (signed: Signed, more: Readonly<Record<string, string>>): Signed => ({
  ...signed,
  headers: { ...signed.headers, ...more },
});
const replaced = (signed: Signed, part: 'path' | 'body', from: string | RegExp, to: string): Signed => {
  const changed = signed[part].replace(from, to);
  if (changed === signed[part]) throw new Error(`nothing to replace in ${signed[part]}`);
  return { ...signed, [part]: changed };
};
const zeros = '0'.repeat(64);
const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);
const stored = async (): Promise<string | undefined> =>
  (await s3.send(new GetObjectCommand({ Bucket: 'recordings', Key: 'written' }))).Body?.transformToString();

describe.each([
  ['root', () => root],
  ['a session', () => session],
])('signed by %s', (_who, credentialsOf) => {
  const signer = (): { credentials: Credentials } => ({ credentials: credentialsOf() });

  test.each(DOORS)('a request passes on $name, TLS: $tls', async (door) => {
    expect(await send(door, signInHeader(get(door), signer()))).toMatchObject({ status: 200, body: BODY });
    expect(await send(door, signInQuery(get(door), signer()))).toMatchObject({ status: 200, body: BODY });
  });

  test.each([
    ['in one piece', (door: Door) => signInHeader(put(door), signer())],
    ['unsigned', (door: Door) => signInHeader(put(door), signer(), 'UNSIGNED-PAYLOAD')],
    ['in chunks', (door: Door) => signInChunks(put(door), signer())],
    ['in chunks with a trailer', (door: Door) => signInChunks(put(door), signer(), CHECKSUM)],
    ['with an unsigned trailer', (door: Door) => signWithTrailer(put(door), signer(), CHECKSUM)],
  ])('a body arrives %s', async (_how, signed) => {
    for (const door of DOORS) {
      await s3.send(new PutObjectCommand({ Bucket: 'recordings', Key: 'written', Body: '' }));
      expect(await send(door, signed(door))).toMatchObject({ status: 200 });
      expect(await stored()).toBe(BODY);
    }
  });

  test.each<[string, string, (door: Door) => Signed]>([
    [
      'with zeros for a signature in the header',
      'SignatureDoesNotMatch',
      (door) => {
        const signed = signInHeader(get(door), signer());
        const authorization = signed.headers['authorization']?.replace(/Signature=.*/, `Signature=${zeros}`);
        return withHeaders(signed, { authorization: authorization ?? '' });
      },
    ],
    [
      'with zeros for a signature in the query',
      'SignatureDoesNotMatch',
      (door) => replaced(signInQuery(get(door), signer()), 'path', /Signature=.*/, `Signature=${zeros}`),
    ],
    [
      'for another object, in the header',
      'SignatureDoesNotMatch',
      (door) => replaced(signInHeader(get(door), signer()), 'path', '/1', '/2'),
    ],
    [
      'for another object, in the query',
      'SignatureDoesNotMatch',
      (door) => replaced(signInQuery(get(door), signer()), 'path', '/1', '/2'),
    ],
    [
      'for another method',
      'SignatureDoesNotMatch',
      (door) => ({ ...signInQuery(get(door), signer()), method: 'DELETE' }),
    ],
    [
      'with another body',
      'XAmzContentSHA256Mismatch',
      (door) => replaced(signInHeader(put(door), signer()), 'body', 'bytes', 'BYTES'),
    ],
    [
      'with another chunk',
      'SignatureDoesNotMatch',
      (door) => replaced(signInChunks(put(door), signer()), 'body', 'recording', 'RECORDING'),
    ],
    [
      'with another trailer',
      'SignatureDoesNotMatch',
      (door) => replaced(signInChunks(put(door), signer(), CHECKSUM), 'body', CHECKSUM, 'AAAAAA=='),
    ],
    [
      'with another signature of the trailer',
      'SignatureDoesNotMatch',
      (door) =>
        replaced(signInChunks(put(door), signer(), CHECKSUM), 'body', /(trailer-signature:).*/, `$1${zeros}`),
    ],
    [
      'sixteen minutes ago',
      'RequestTimeTooSkewed',
      (door) => signInHeader(get(door), { ...signer(), at: ago(16) }),
    ],
    [
      'for a minute, two minutes ago',
      'AccessDenied',
      (door) => signInQuery(get(door), { ...signer(), at: ago(2) }),
    ],
    [
      'by another secret',
      'SignatureDoesNotMatch',
      (door) => signInHeader(get(door), { credentials: { ...credentialsOf(), secretAccessKey: 'test' } }),
    ],
    [
      'in the header, for root in the query',
      'SignatureDoesNotMatch',
      (door) => {
        const { path } = signInQuery(get(door), { credentials: root });
        return {
          ...signInHeader(get(door), signer()),
          path: path.replace(/Signature=.*/, `Signature=${zeros}`),
        };
      },
    ],
  ])('a request is refused %s', async (_what, outcome, signed) => {
    for (const door of DOORS) expect(await send(door, signed(door))).toMatchObject({ outcome });
  });
});

test.each(['test', 'AKIAIOSFODNN7EXAMPLE', '１１１１２２２２３３３３', ''])(
  'the key %j is none of this run',
  async (accessKeyId) => {
    const credentials = { accessKeyId, secretAccessKey: 'test' };
    for (const door of DOORS) {
      expect((await send(door, signInQuery(get(door), { credentials }))).status).toBe(403);
      expect((await send(door, signInQuery(form(door), { credentials, service: 'iam' }))).status).toBe(403);
    }
  },
);

test('each account has a secret of its own', async () => {
  const [door] = DOORS;
  const credentials = { ...root, accessKeyId: '999988887777' };
  const signed = door && signInHeader(form(door), { credentials, service: 'iam' });
  expect(signed && (await send(door, signed)).outcome).toBe('SignatureDoesNotMatch');
});

test.each<[string, string, (door: Door) => Signed]>([
  ['reads nothing', 'AccessDenied', (door) => ({ ...get(door), headers: { host: hostOf(door) }, body: '' })],
  [
    'lists no role',
    'AccessDenied',
    (door) => ({ ...form(door), headers: { host: hostOf(door) }, body: form(door).body ?? '' }),
  ],
  [
    'assumes no role by a web identity, whose token MiniStack would not check',
    'MissingAuthenticationTokenException',
    (door) => ({
      ...form(door),
      headers: { host: hostOf(door), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15',
    }),
  ],
])('an unsigned request %s', async (_what, outcome, unsigned) => {
  for (const door of DOORS) expect(await send(door, unsigned(door))).toMatchObject({ outcome });
});

test('only the services of the stack are there: no function can be made', async () => {
  for (const door of DOORS) {
    const path = '/2015-03-31/functions';
    const made = { method: 'POST', host: hostOf(door), path, body: '{"FunctionName":"f"}' };
    const answer = await send(door, signInHeader(made, { credentials: root, service: 'lambda' }));
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
  for (const door of DOORS) {
    const signed = signInHeader({ method: 'POST', host: hostOf(door), path }, { credentials: root });
    const answer = await send(door, signed);
    expect(answer).toMatchObject({
      status: 403,
      body: expect.stringContaining(`${path}: closed, got POST.`),
    });
    expect((await send(door, signInHeader(get(door), { credentials: root }))).body).toBe(BODY);
  }
});

describe('a valid signature does not help', () => {
  const signedBy = (door: Door, host: string): Signed =>
    signInHeader({ ...get(door), host }, { credentials: root });

  test.each(['evil.example', 'localhost.evil.example', 'recordings.localhost'])(
    'under the name %s',
    async (name) => {
      for (const door of DOORS) {
        const host = `${name}:${portOf(door)}`;
        expect(await send(door, signedBy(door, host))).toMatchObject({
          status: 403,
          body: expect.stringContaining(`Host: not this computer, got ${host}.`),
        });
      }
    },
  );

  test('with the port of another server', async () => {
    for (const door of DOORS) expect((await send(door, signedBy(door, 'localhost:1'))).outcome).toBe('403');
  });

  test.each<Readonly<Record<string, string>>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('from another page: %j', async (from) => {
    for (const door of DOORS) {
      expect(
        await send(door, withHeaders(signInHeader(get(door), { credentials: root }), from)),
      ).toMatchObject({
        status: 403,
        body: expect.stringContaining('Origin: another web page, got'),
      });
    }
  });
});

describe('from another page', () => {
  const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
  const signer = (): { credentials: Credentials } => ({ credentials: session });

  test.each(['GET', 'HEAD'])(
    'a %s that is presigned for an object passes, unreadable for scripts',
    async (method) => {
      for (const door of DOORS) {
        const { status, headers } = await send(
          door,
          withHeaders(signInQuery({ ...get(door), method }, signer()), from),
        );
        expect(status).toBe(200);
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
    },
  );

  test.each<[string, (door: Door) => Signed]>([
    ['a presigned upload', (door) => signInQuery(put(door), signer())],
    ['a presigned list', (door) => signInQuery({ ...get(door), path: '/recordings' }, signer())],
    [
      'a presigned call of another service',
      (door) => signInQuery(form(door), { credentials: root, service: 'iam' }),
    ],
    ['a question before a request', (door) => ({ ...signInHeader(get(door), signer()), method: 'OPTIONS' })],
    [
      'a presigned link with another signature',
      (door) => replaced(signInQuery(get(door), signer()), 'path', /Signature=.*/, `Signature=${zeros}`),
    ],
  ])('%s does not', async (_what, signed) => {
    for (const door of DOORS) {
      const { status, headers } = await send(door, withHeaders(signed(door), from));
      expect(status).toBe(403);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

test.each(['same-origin', 'none'])('a browser that says %s passes', async (site) => {
  for (const door of DOORS) {
    const signed = withHeaders(signInQuery(get(door), { credentials: root }), { 'sec-fetch-site': site });
    expect((await send(door, signed)).body).toBe(BODY);
  }
});

test('no answer may be read by other pages', async () => {
  for (const door of DOORS) {
    const { status, headers } = await send(
      door,
      signInHeader(form(door), { credentials: root, service: 'iam' }),
    );
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

test('a websocket is refused', async () => {
  const [door = { tls: true, name: 'localhost' }] = DOORS;
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const headers = { host: hostOf(door), ...upgrade, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
  expect((await send(door, { method: 'GET', path: '/', headers, body: '' })).status).toBe(403);
});
