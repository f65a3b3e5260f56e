import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf, type EmulatorCredentials } from '../../../local/aws/clients';
import type { Emulator } from '../../../local/aws/emulator';
import type { Signed, Unsigned } from './sigv4';
import { assume, OWNER, startTestEmulator } from './support';

export const OBJECT = '/recordings/tavus/c1/1';
export const BODY = 'the bytes of a recording';

/** A response of the emulator. */
export interface EmulatorResponse {
  readonly status: number;
  readonly body: string;
  /** AWS's error code, or the status. */
  readonly outcome: string;
  /** Names of CORS headers. */
  readonly cors: readonly string[];
}

/** A port of the emulator, addressed with a host name. */
export class Endpoint {
  readonly port: string;
  readonly host: string;
  private readonly isTls: boolean;

  constructor(
    private readonly emulator: Emulator,
    url: string,
    name: string,
  ) {
    this.port = new URL(url).port;
    this.host = `${name}:${this.port}`;
    this.isTls = url.startsWith('https:');
  }

  send({ method, path, headers, body }: Signed): Promise<EmulatorResponse> {
    const ask = this.isTls ? httpsRequest : httpRequest;
    const options = {
      host: '127.0.0.1',
      port: this.port,
      method,
      path,
      headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
      agent: false,
      // Not checked, because tests send other host names than those in the certificate.
      ca: this.emulator.certificatePem,
      checkServerIdentity: () => undefined,
    };
    return new Promise((resolve, reject) => {
      const request = ask(options, (response) => resolve(readResponse(response)));
      request.on('error', reject).end(body);
    });
  }
}

async function readResponse(response: IncomingMessage): Promise<EmulatorResponse> {
  const body = await text(response);
  const status = response.statusCode ?? 0;
  const code = /(?:<Code>|"__type": ?")(\w+)/.exec(body)?.[1];
  const cors = Object.keys(response.headers).filter((name) => name.startsWith('access-control-'));
  return { status, body, outcome: code ?? String(status), cors };
}

/** An emulator with an object in a bucket, root credentials, and a session with all rights to S3. */
export interface GuardedEmulator {
  readonly emulator: Emulator;
  /** Both ports, each with `localhost` and 127.0.0.1. */
  readonly endpoints: readonly Endpoint[];
  readonly s3: S3Client;
  readonly root: EmulatorCredentials;
  readonly session: EmulatorCredentials;
  readonly stop: () => Promise<void>;
}

export async function startGuarded(): Promise<GuardedEmulator> {
  const { emulator, stop } = await startTestEmulator();
  const root = rootOf(emulator, OWNER);
  const s3 = new S3Client(clientOptions(emulator, root));
  await s3.send(new CreateBucketCommand({ Bucket: 'recordings' }));
  await s3.send(new PutObjectCommand({ Bucket: 'recordings', Key: OBJECT.slice(12), Body: BODY }));
  const iam = new IAMClient(clientOptions(emulator, root));
  const everything = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = everything({ Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${OWNER}:root` } });
  const PolicyDocument = everything({ Action: 's3:*', Resource: '*' });
  await iam.send(new CreateRoleCommand({ RoleName: 'tavus', AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'tavus', PolicyName: 's3', PolicyDocument }));
  const session = await assume(emulator, { account: OWNER });
  const endpoints = [emulator.endpoint, emulator.plainEndpoint].flatMap((url) =>
    ['localhost', '127.0.0.1'].map((name) => new Endpoint(emulator, url, name)),
  );
  return { emulator, endpoints, s3, root, session, stop };
}

export const get = ({ host }: Endpoint): Unsigned => ({ method: 'GET', host, path: OBJECT });
export const put = ({ host }: Endpoint): Unsigned => ({
  method: 'PUT',
  host,
  path: '/recordings/written',
  body: BODY,
});
export const form = ({ host }: Endpoint): Unsigned => ({
  method: 'POST',
  host,
  path: '/',
  body: 'Action=ListRoles&Version=2010-05-08',
});
export const withHeaders = (signed: Signed, more: Readonly<Record<string, string>>): Signed => ({
  ...signed,
  headers: { ...signed.headers, ...more },
});
/** A request with a part that was changed after signing. */
export const replaced = (
  signed: Signed,
  part: 'path' | 'body',
  from: string | RegExp,
  to: string,
): Signed => {
  const changed = signed[part].replace(from, to);
  if (changed === signed[part]) throw new Error(`nothing to replace in ${signed[part]}`);
  return { ...signed, [part]: changed };
};
export const ZEROS = '0'.repeat(64);
