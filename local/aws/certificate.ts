import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Where the emulator's certificate and key lie, and the certificate itself for clients. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificatePem: string;
}

const ONE_DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a self-signed TLS certificate for `localhost` and 127.0.0.1 with a new key, good for a week.
 *
 * Every run has its own, and only the clients we start trust it: nothing is added to the machine's trust store. It is
 * no CA, so whoever had the key could impersonate nothing but this laptop's own port.
 */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const now = Date.now();
  const subject = [
    { name: 'commonName', value: 'localhost' },
    // OpenSSL finds a trusted certificate by its subject: of two with the same one it takes the first.
    { name: 'organizationName', value: randomUUID() },
  ];
  const made = await generate(subject, {
    keyType: 'ec',
    algorithm: 'sha256',
    // A day earlier: the clock may be set back between two runs.
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
