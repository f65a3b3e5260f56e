import { crc32 } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { EmulatorCredentials } from '../../../local/aws/clients';
import {
  BODY,
  get,
  put,
  replaced,
  startGuarded,
  withHeaders,
  ZEROS,
  type Endpoint,
  type GuardedEmulator,
} from './guarded';
import { signInChunks, signInHeader, signInQuery, signWithTrailer, type Signed } from './sigv4';

const CHECKSUM = ((): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(BODY));
  return bytes.toString('base64');
})();
const MINUTE_MS = 60_000;

let aws: GuardedEmulator;
beforeAll(async () => {
  aws = await startGuarded();
});
afterAll(async () => aws.stop());

const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);
const stored = async (): Promise<string | undefined> =>
  (
    await aws.s3.send(new GetObjectCommand({ Bucket: 'recordings', Key: 'written' }))
  ).Body?.transformToString();

describe.each([
  ['root', () => aws.root],
  ['a session', () => aws.session],
])('signed by %s', (_who, credentialsOf) => {
  const signer = (): { credentials: EmulatorCredentials } => ({ credentials: credentialsOf() });

  test('a request is accepted, with localhost and 127.0.0.1, with and without TLS', async () => {
    for (const endpoint of aws.endpoints) {
      expect(await endpoint.send(signInHeader(get(endpoint), signer()))).toMatchObject({
        status: 200,
        body: BODY,
      });
      expect(await endpoint.send(signInQuery(get(endpoint), signer()))).toMatchObject({
        status: 200,
        body: BODY,
      });
    }
  });

  test.each([
    ['in one piece', (endpoint: Endpoint) => signInHeader(put(endpoint), signer())],
    [
      'without its own signature',
      (endpoint: Endpoint) => signInHeader(put(endpoint), signer(), 'UNSIGNED-PAYLOAD'),
    ],
    ['in chunks', (endpoint: Endpoint) => signInChunks(put(endpoint), signer())],
    ['in chunks with a trailer', (endpoint: Endpoint) => signInChunks(put(endpoint), signer(), CHECKSUM)],
    ['with an unsigned trailer', (endpoint: Endpoint) => signWithTrailer(put(endpoint), signer(), CHECKSUM)],
  ])('a body is stored %s', async (_how, signed) => {
    for (const endpoint of aws.endpoints) {
      await aws.s3.send(new PutObjectCommand({ Bucket: 'recordings', Key: 'written', Body: 'x' }));
      expect(await endpoint.send(signed(endpoint))).toMatchObject({ status: 200 });
      expect(await stored()).toBe(BODY);
    }
  });

  test.each<[string, string, (endpoint: Endpoint) => Signed]>([
    [
      'with zeros for a signature in the header',
      'SignatureDoesNotMatch',
      (endpoint) => {
        const signed = signInHeader(get(endpoint), signer());
        const authorization = signed.headers['authorization']?.replace(/Signature=.*/, `Signature=${ZEROS}`);
        return withHeaders(signed, { authorization: authorization ?? '' });
      },
    ],
    [
      'with zeros for a signature in the query',
      'SignatureDoesNotMatch',
      (endpoint) =>
        replaced(signInQuery(get(endpoint), signer()), 'path', /Signature=.*/, `Signature=${ZEROS}`),
    ],
    [
      'for another object, in the header',
      'SignatureDoesNotMatch',
      (endpoint) => replaced(signInHeader(get(endpoint), signer()), 'path', '/1', '/2'),
    ],
    [
      'for another object, in the query',
      'SignatureDoesNotMatch',
      (endpoint) => replaced(signInQuery(get(endpoint), signer()), 'path', '/1', '/2'),
    ],
    [
      'for another method',
      'SignatureDoesNotMatch',
      (endpoint) => ({ ...signInQuery(get(endpoint), signer()), method: 'DELETE' }),
    ],
    [
      'with another body',
      'XAmzContentSHA256Mismatch',
      (endpoint) => replaced(signInHeader(put(endpoint), signer()), 'body', 'bytes', 'BYTES'),
    ],
    [
      'with another chunk',
      'SignatureDoesNotMatch',
      (endpoint) => replaced(signInChunks(put(endpoint), signer()), 'body', 'recording', 'RECORDING'),
    ],
    [
      'with another trailer',
      'SignatureDoesNotMatch',
      (endpoint) => replaced(signInChunks(put(endpoint), signer(), CHECKSUM), 'body', CHECKSUM, 'AAAAAA=='),
    ],
    [
      'with another signature of the trailer',
      'SignatureDoesNotMatch',
      (endpoint) =>
        replaced(
          signInChunks(put(endpoint), signer(), CHECKSUM),
          'body',
          /(trailer-signature:).*/,
          `$1${ZEROS}`,
        ),
    ],
    [
      'signed sixteen minutes ago',
      'RequestTimeTooSkewed',
      (endpoint) => signInHeader(get(endpoint), { ...signer(), at: ago(16) }),
    ],
    [
      'signed two minutes ago, for a minute',
      'AccessDenied',
      (endpoint) => signInQuery(get(endpoint), { ...signer(), at: ago(2) }),
    ],
    [
      'signed with another secret',
      'SignatureDoesNotMatch',
      (endpoint) =>
        signInHeader(get(endpoint), { credentials: { ...credentialsOf(), secretAccessKey: 'test' } }),
    ],
    [
      'signed in the header, with root in the query',
      'SignatureDoesNotMatch',
      (endpoint) => {
        const { path } = signInQuery(get(endpoint), { credentials: aws.root });
        return {
          ...signInHeader(get(endpoint), signer()),
          path: path.replace(/Signature=.*/, `Signature=${ZEROS}`),
        };
      },
    ],
  ])('a request is refused %s', async (_what, outcome, signed) => {
    for (const endpoint of aws.endpoints)
      expect(await endpoint.send(signed(endpoint))).toMatchObject({ outcome });
  });
});
