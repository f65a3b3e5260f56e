import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A TLS certificate with its key, as files; the certificate also as text for clients. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificatePem: string;
}

const ONE_DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Creates a self-signed TLS certificate for `localhost` and 127.0.0.1 with a new key, valid for a week.
 *
 * Each run has its own, and only its clients trust it: it is not added to the computer's trust store. It is not a CA, so a
 * stolen key could only impersonate this run's ports.
 */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const now = Date.now();
  const subject = [
    { name: 'commonName', value: 'localhost' },
    // A unique subject, because OpenSSL uses the first trusted certificate with a matching subject.
    { name: 'organizationName', value: randomUUID() },
  ];
  const made = await generate(subject, {
    keyType: 'ec',
    algorithm: 'sha256',
    // A day earlier, in case the clock is set back.
    notBeforeDate: new Date(now - ONE_DAY_MS),
    notAfterDate: new Date(now + 7 * ONE_DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await mkdir(directory, { recursive: true });
  const certificateFile = join(directory, 'certificate.pem');
  const keyFile = join(directory, 'key.pem');
  await writeFile(certificateFile, made.cert);
  await writeFile(keyFile, made.private, { mode: 0o600 });
  return { certificateFile, keyFile, certificatePem: made.cert };
}
