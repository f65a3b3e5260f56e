import type { BucketAccess } from '../config';

/** As the SDK's clients take them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type CredentialsProvider = () => Promise<AwsCredentials>;

export interface CredentialsOptions {
  readonly warn: (text: string) => void;
}

export function credentialsFor(_access: BucketAccess, _options: CredentialsOptions): CredentialsProvider {
  throw new Error('Not there yet.');
}
