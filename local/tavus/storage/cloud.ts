/** Credentials of a session, or of an account's root. Must not appear in events, responses or errors. */
export interface CloudCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A role as IAM returns it. */
export interface IamRole {
  /** The parsed policy document, not validated. */
  readonly trustPolicy: unknown;
  readonly maxSessionSec: number;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly externalId: string;
  readonly durationSec: number;
}

/** A bucket as its owner's account sees it. */
export interface BucketDescription {
  readonly region: string;
  /** The default encryption uses KMS. Writing then needs permissions on the key, which the vendor does not check. */
  readonly kms: boolean;
}

/** A part, for CompleteMultipartUpload. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** One bucket, accessed with one session. @throws CloudRefusal by every method when AWS refuses the call. */
export interface ObjectStore {
  listObjects(prefix: string): Promise<void>;
  listVersions(prefix: string): Promise<void>;
  listUploads(prefix: string): Promise<void>;
  /** Returns `absent` for a missing object or version. */
  getObject(key: string, versionId?: string): Promise<'found' | 'absent'>;
  createUpload(key: string, contentType: string | undefined): Promise<string>;
  uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<string>;
  listParts(key: string, uploadId: string): Promise<number>;
  /** Returns the new version's id, or `undefined` in a bucket without versioning. */
  completeUpload(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<string | undefined>;
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** Closes the connections. */
  close(): void;
}

/**
 * The AWS operations that the simulator uses.
 *
 * `getRole` and `describeBucket` run in the customer's account, which the vendor cannot access. The simulator
 * needs them because an emulator may not check trust policies and regions as AWS does.
 */
export interface SimulatorCloud {
  getRole(roleArn: string): Promise<IamRole>;
  assumeRole(request: AssumeRoleRequest): Promise<CloudCredentials>;
  /** Returns `undefined` if the account has no such bucket or cannot read its configuration. */
  describeBucket(accountId: string, bucket: string): Promise<BucketDescription | undefined>;
  store(credentials: CloudCredentials, region: string, bucket: string): ObjectStore;
}

/** AWS refused a call. `code` is its error code. The message may contain account ids and ARNs: do not return it. */
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

/** Returns account id and role name, or `undefined` if it is not the ARN of a role in partition aws. */
export function parseRoleArn(arn: string): { accountId: string; roleName: string } | undefined {
  const [, accountId, roleName] = ROLE_ARN.exec(arn) ?? [];
  return accountId !== undefined && roleName !== undefined ? { accountId, roleName } : undefined;
}
