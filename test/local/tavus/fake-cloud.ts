import { createHash } from 'node:crypto';
import { CloudRefusal } from '../../../local/tavus/storage/cloud';
import type {
  AssumeRoleRequest,
  BucketDescription,
  SimulatorCloud,
  CloudCredentials,
  ObjectStore,
  IamRole,
  UploadedPart,
} from '../../../local/tavus/storage/cloud';

export const BUCKET = 'acme-recordings';
export const REGION = 'us-east-1';
export const ROLE_ARN = 'arn:aws:iam::123456789012:role/tavus-recordings';
export const SESSION_SECRET = 'session-secret-that-must-not-leak';
const PART_MINIMUM = 5 * 1024 * 1024;

/** A trust policy as the vendor documents it. */
export const GOOD_TRUST_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::291871421005:root' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } },
    },
  ],
};

export interface UploadedObject {
  readonly body: Buffer;
  readonly sha256: string;
  readonly partSizes: readonly number[];
  readonly contentType: string | undefined;
}

/** A fake AWS with one role and one bucket. `denied` contains the S3 actions that the role lacks, with AWS's message. */
export class FakeCloud implements SimulatorCloud {
  role: IamRole | undefined = { trustPolicy: GOOD_TRUST_POLICY, maxSessionSec: 43_200 };
  bucket: BucketDescription | undefined = { region: REGION, kms: false };
  readonly denied = new Map<string, string>();
  readonly objects = new Map<string, UploadedObject>();
  readonly uploads = new Map<string, { key: string; parts: Buffer[]; contentType: string | undefined }>();
  readonly calls: string[] = [];
  readonly assumed: AssumeRoleRequest[] = [];
  assumeRefusal: CloudRefusal | undefined;

  getRole(roleArn: string): Promise<IamRole> {
    this.calls.push('iam:GetRole');
    return this.role !== undefined && roleArn === ROLE_ARN
      ? Promise.resolve(this.role)
      : Promise.reject(new CloudRefusal('NoSuchEntityException', 'The role cannot be found.'));
  }

  assumeRole(request: AssumeRoleRequest): Promise<CloudCredentials> {
    this.assumed.push(request);
    if (this.assumeRefusal !== undefined) return Promise.reject(this.assumeRefusal);
    return Promise.resolve({ accessKeyId: 'ASIA', secretAccessKey: SESSION_SECRET, sessionToken: 'token' });
  }

  describeBucket(): Promise<BucketDescription | undefined> {
    return Promise.resolve(this.bucket);
  }

  store(_credentials: CloudCredentials, _region: string, bucket: string): ObjectStore {
    const requireAction = (action: string): void => this.check(action, bucket);
    return {
      listObjects: async () => requireAction('s3:ListBucket'),
      listVersions: async () => requireAction('s3:ListBucketVersions'),
      listUploads: async () => requireAction('s3:ListBucketMultipartUploads'),
      getObject: async (key, versionId) => {
        requireAction(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion');
        return this.objects.has(key) ? 'found' : 'absent';
      },
      createUpload: async (key, contentType) => {
        requireAction('s3:PutObject');
        const id = `upload-${this.calls.length}`;
        this.uploads.set(id, { key, parts: [], contentType });
        return id;
      },
      uploadPart: async (_key, uploadId, partNumber, body) => {
        requireAction('s3:PutObject');
        this.uploads.get(uploadId)?.parts.push(Buffer.from(body));
        return `etag-${partNumber}`;
      },
      listParts: async (_key, uploadId) => {
        requireAction('s3:ListMultipartUploadParts');
        return this.uploads.get(uploadId)?.parts.length ?? 0;
      },
      completeUpload: async (key, uploadId, parts) => this.complete(requireAction, key, uploadId, parts),
      abortUpload: async (_key, uploadId) => {
        requireAction('s3:AbortMultipartUpload');
        this.uploads.delete(uploadId);
      },
      close: () => undefined,
    };
  }

  private complete(
    requireAction: (action: string) => void,
    key: string,
    uploadId: string,
    listed: readonly UploadedPart[],
  ): string {
    requireAction('s3:PutObject');
    const upload = this.uploads.get(uploadId);
    if (upload === undefined || listed.length !== upload.parts.length) {
      throw new CloudRefusal('InvalidPart', 'Parts do not match.');
    }
    if (upload.parts.slice(0, -1).some((part) => part.byteLength < PART_MINIMUM)) {
      throw new CloudRefusal('EntityTooSmall', 'A part but the last is below 5 MiB.');
    }
    this.put(key, upload.parts, upload.contentType);
    this.uploads.delete(uploadId);
    return 'version-1';
  }

  private put(key: string, parts: Buffer[], contentType: string | undefined): void {
    const body = Buffer.concat(parts);
    this.objects.set(key, {
      body,
      sha256: createHash('sha256').update(body).digest('hex'),
      partSizes: parts.map((part) => part.byteLength),
      contentType,
    });
  }

  private check(action: string, bucket: string): void {
    this.calls.push(action);
    if (bucket !== BUCKET || this.bucket === undefined)
      throw new CloudRefusal('NoSuchBucket', 'No such bucket.');
    const message = this.denied.get(action);
    if (message !== undefined) throw new CloudRefusal('AccessDenied', message);
  }
}
