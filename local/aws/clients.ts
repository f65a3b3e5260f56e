import { createHmac } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Emulator } from './emulator';

/** AwsCredentials as the SDK's clients take them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The part of an SDK client's configuration that points it at the emulator. */
export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly requestHandler: NodeHttpHandler;
  readonly forcePathStyle: true;
  readonly maxAttempts: number;
}

/** The parts of a running emulator that a client needs. */
type EmulatorAddress = Pick<Emulator, 'endpoint' | 'plainEndpoint' | 'region' | 'certificatePem'>;

/**
 * Configuration for an SDK v3 client: `new S3Client(clientOptions(emulator, rootOf(emulator, account)))`.
 *
 * Trusts the emulator's certificate for this client alone, and never reads or changes the environment.
 * `plain` takes the port without TLS, which only a test of the TLS-only bucket policy wants.
 */
export function clientOptions(
  emulator: EmulatorAddress,
  credentials: AwsCredentials,
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
    // The name `bucket.localhost` does not resolve everywhere.
    forcePathStyle: true,
    // Nothing is throttled here: a failure is an answer, not an accident.
    maxAttempts: 1,
  };
}

/**
 * Root credentials of an account in the emulator: the access key is the account number, the secret follows from the
 * run key (`emulator/root_keys.py` derives the same).
 *
 * Root passes every policy, so authorization can only be tried with the credentials of an assumed role.
 */
export function rootOf({ runKey }: Pick<Emulator, 'runKey'>, account: string): AwsCredentials {
  return {
    accessKeyId: account,
    secretAccessKey: createHmac('sha256', runKey).update(account).digest('hex'),
  };
}
