/** Keys of a session, or of an account's root. Never put into an event, an answer or an error. */
export interface CloudCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A role as IAM shows it. `trust` is whatever the policy document holds: it is judged, not believed. */
export interface IamRole {
  readonly trust: unknown;
  readonly maxSessionSec: number;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly externalId: string;
  readonly durationSec: number;
}

/** What the bucket's owner sees of it. */
export interface BucketDescription {
  readonly region: string;
  /** Default encryption by a KMS key: then writing needs rights on the key, which nobody checks beforehand. */
  readonly kms: boolean;
}

/** A part as CompleteMultipartUpload wants it. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** The object store as one session sees one bucket. Each call is refused by throwing {@link CloudRefusal}. */
export interface ObjectStore {
  listObjects(prefix: string): Promise<void>;
  listVersions(prefix: string): Promise<void>;
  listUploads(prefix: string): Promise<void>;
  /** A missing object or version is `absent`, not a refusal. */
  getObject(key: string, versionId?: string): Promise<'found' | 'absent'>;
  createUpload(key: string, contentType: string | undefined): Promise<string>;
  uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<string>;
  listParts(key: string, uploadId: string): Promise<number>;
  /** Answers the version that was written; none in a bucket without versioning. */
  completeUpload(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<string | undefined>;
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** Gives the connections back. */
  close(): void;
}

/**
 * All that the simulator asks of AWS.
 *
 * `getRole` and `describeBucket` see more than the vendor can: they look with the rights of the customer's
 * own account, because an emulator may not judge a trust policy or a signature's region as AWS does.
 */
export interface SimulatorCloud {
  getRole(roleArn: string): Promise<IamRole>;
  assumeRole(request: AssumeRoleRequest): Promise<CloudCredentials>;
  /** `undefined`: the account has no such bucket, or may not look at it. */
  describeBucket(accountId: string, bucket: string): Promise<BucketDescription | undefined>;
  store(credentials: CloudCredentials, region: string, bucket: string): ObjectStore;
}

/** AWS said no. `code` is its error code; the message may name accounts and ARNs and stays in the simulator. */
export class CloudRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CloudRefusal';
  }
}

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/;

/** The two parts of a role ARN that AWS calls need. `undefined` for anything else. */
export function parseRoleArn(arn: string): { accountId: string; roleName: string } | undefined {
  const [, accountId, roleName] = ROLE_ARN.exec(arn) ?? [];
  return accountId !== undefined && roleName !== undefined ? { accountId, roleName } : undefined;
}
