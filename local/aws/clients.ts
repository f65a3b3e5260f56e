import { createHmac } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Emulator } from './emulator';

/** Credentials for a client of the AWS SDK. */
export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Configuration of an SDK client for the emulator. */
export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: EmulatorCredentials;
  readonly requestHandler: NodeHttpHandler;
  readonly forcePathStyle: true;
  readonly maxAttempts: number;
}

type EmulatorAddress = Pick<Emulator, 'endpoint' | 'plainEndpoint' | 'region' | 'certificatePem'>;

/**
 * Configuration for a client of the AWS SDK: `new S3Client(clientOptions(emulator, rootOf(emulator, account)))`.
 *
 * Only this client trusts the emulator's certificate. The environment is neither read nor changed.
 * @param options `plain` selects the port without TLS, to test the TLS-only bucket policy
 */
export function clientOptions(
  emulator: EmulatorAddress,
  credentials: EmulatorCredentials,
  { region = emulator.region, plain = false }: { readonly region?: string; readonly plain?: boolean } = {},
): ClientOptions {
  return {
    endpoint: plain ? emulator.plainEndpoint : emulator.endpoint,
    region,
    credentials,
    requestHandler: new NodeHttpHandler({
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true, ca: emulator.certificatePem }),
    }),
    // Not every system resolves the name `bucket.localhost`.
    forcePathStyle: true,
    // No retries: the emulator does not throttle, so a second attempt would fail, too.
    maxAttempts: 1,
  };
}

/** {@link clientOptions} with root credentials of the emulator's own account. */
export const rootClientOptions = (emulator: Emulator): ClientOptions =>
  clientOptions(emulator, rootOf(emulator, emulator.account));

/**
 * Root credentials of an account in the emulator. The access key is the account number; the secret is derived from the
 * run key, as in `emulator/root_keys.py`.
 *
 * Root may do everything, so tests of policies need the credentials of an assumed role.
 */
export function rootOf({ runKey }: Pick<Emulator, 'runKey'>, account: string): EmulatorCredentials {
  return {
    accessKeyId: account,
    secretAccessKey: createHmac('sha256', runKey).update(account).digest('hex'),
  };
}
