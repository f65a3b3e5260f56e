import path from 'node:path';
import { freePort } from './free-port';
import type { LaptopContext } from './laptop-context';
import { takeProxies } from './proxies';
import { startEmulator } from './aws/emulator';
import { openS3PassThrough } from './aws/s3-pass-through';

/** An account that exists only in the emulator, which accepts any account number. */
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

/** Starts the AWS emulator, and the address at which browsers reach its S3. */
export async function startAws({
  root,
  directory,
  issuer,
  steps,
  started,
  signal,
}: Pick<LaptopContext, 'root' | 'directory' | 'issuer' | 'steps' | 'started' | 'signal'>): Promise<
  Pick<LaptopContext, 'emulator' | 's3Url'>
> {
  const proxies = takeProxies();
  const frontPort = await freePort();
  const emulator = await steps.run('AWS emulator', (report) =>
    startEmulator({
      directory,
      cacheDirectory: path.join(root, '.local', 'cache'),
      account: ACCOUNT,
      region: REGION,
      frontPort,
      issuerKeys: { [issuer.issuer]: issuer.keys() },
      proxies,
      report,
      signal,
    }),
  );
  started.push(() => emulator.stop());
  const passThrough = await openS3PassThrough(emulator, frontPort);
  started.push(() => passThrough.close());
  return { emulator, s3Url: passThrough.url };
}
