import { crc32 } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Credentials } from '../../../local/aws/clients';
import {
  BODY,
  get,
  put,
  replaced,
  startGuarded,
  withHeaders,
  ZEROS,
  type Door,
  type Guarded,
} from './guarded';
import { signInChunks, signInHeader, signInQuery, signWithTrailer, type Signed } from './sigv4';

const CHECKSUM = ((): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(BODY));
  return bytes.toString('base64');
})();
const MINUTE_MS = 60_000;

let aws: Guarded;
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
  const signer = (): { credentials: Credentials } => ({ credentials: credentialsOf() });

  test('a request passes, by name and by address, with TLS and without', async () => {
    for (const door of aws.doors) {
      expect(await door.send(signInHeader(get(door), signer()))).toMatchObject({ status: 200, body: BODY });
      expect(await door.send(signInQuery(get(door), signer()))).toMatchObject({ status: 200, body: BODY });
    }
  });

  test.each([
    ['in one piece', (door: Door) => signInHeader(put(door), signer())],
    ['unsigned', (door: Door) => signInHeader(put(door), signer(), 'UNSIGNED-PAYLOAD')],
    ['in chunks', (door: Door) => signInChunks(put(door), signer())],
    ['in chunks with a trailer', (door: Door) => signInChunks(put(door), signer(), CHECKSUM)],
    ['with an unsigned trailer', (door: Door) => signWithTrailer(put(door), signer(), CHECKSUM)],
  ])('a body arrives %s', async (_how, signed) => {
    for (const door of aws.doors) {
      await aws.s3.send(new PutObjectCommand({ Bucket: 'recordings', Key: 'written', Body: 'x' }));
      expect(await door.send(signed(door))).toMatchObject({ status: 200 });
      expect(await stored()).toBe(BODY);
    }
  });

  test.each<[string, string, (door: Door) => Signed]>([
    [
      'with zeros for a signature in the header',
      'SignatureDoesNotMatch',
      (door) => {
        const signed = signInHeader(get(door), signer());
        const authorization = signed.headers['authorization']?.replace(/Signature=.*/, `Signature=${ZEROS}`);
        return withHeaders(signed, { authorization: authorization ?? '' });
      },
    ],
    [
      'with zeros for a signature in the query',
      'SignatureDoesNotMatch',
      (door) => replaced(signInQuery(get(door), signer()), 'path', /Signature=.*/, `Signature=${ZEROS}`),
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
        replaced(signInChunks(put(door), signer(), CHECKSUM), 'body', /(trailer-signature:).*/, `$1${ZEROS}`),
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
        const { path } = signInQuery(get(door), { credentials: aws.root });
        return {
          ...signInHeader(get(door), signer()),
          path: path.replace(/Signature=.*/, `Signature=${ZEROS}`),
        };
      },
    ],
  ])('a request is refused %s', async (_what, outcome, signed) => {
    for (const door of aws.doors) expect(await door.send(signed(door))).toMatchObject({ outcome });
  });
});
