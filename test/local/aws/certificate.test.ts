import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../../local/aws/certificate';
import type { Certificate } from '../../../local/aws/certificate';

let directory: string;
let made: Certificate;
let certificate: X509Certificate;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificate-test-'));
  made = await makeCertificate(join(directory, 'run'));
  certificate = new X509Certificate(made.certificatePem);
});
afterAll(() => rm(directory, { recursive: true }));

test('is valid only for localhost and 127.0.0.1', () => {
  expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
});

test('is self-signed and not a CA', () => {
  expect(certificate.ca).toBe(false);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test('is valid from yesterday and for a week', () => {
  const day = 24 * 60 * 60 * 1000;
  const days = (date: string): number => Math.round((Date.parse(date) - Date.now()) / day);
  expect([days(certificate.validFrom), days(certificate.validTo)]).toEqual([-1, 7]);
});

test('its files are the certificate, and a key that only the owner can read', async () => {
  expect(await readFile(made.certificateFile, 'utf8')).toBe(made.certificatePem);
  expect(await readFile(made.keyFile, 'utf8')).toContain('PRIVATE KEY');
  // Windows has no permission bits.
  const mode = (await stat(made.keyFile)).mode & 0o777;
  expect(mode & (process.platform === 'win32' ? 0 : 0o077)).toBe(0);
});
