import { isObject, listed, type Json, type JsonObject } from '../../local/json';
import { bucketFiles } from './aws-cli';
import { byHand, only, synthesize, type Encryption } from './stack';

/** A file that somebody without the stack gives to the AWS CLI. */
export interface ByHandFile {
  readonly name: string;
  /** What it is for, in a few words. */
  readonly about: string;
  readonly json: Json;
}

const ABOUT: Readonly<Record<string, string>> = {
  'public-access.json': 'nobody outside, whatever a policy or ACL may say',
  'ownership.json': 'no ACLs; what is in the bucket is yours',
  'encryption.json': 'encrypted at rest, and with no key that only the writer has',
  'versioning.json': 'an overwritten recording is still there',
  'lifecycle.json': 'expire, remove what expired, remove its marker, clean up after broken uploads',
  'bucket-policy.json': 'TLS 1.2 or newer only, for everybody',
  'trust.json': 'who may assume the role',
  'permissions.json': 'what the role may do: three actions on the bucket, five on what is in it',
};

/** The files of a bucket and a role like the stack's, in the order of the guide. */
export function byHandFiles(encryption: Encryption): readonly ByHandFile[] {
  const { bucket, bucketPolicy, role } = byHand(synthesize(encryption));
  const files: Readonly<Record<string, Json>> = {
    ...bucketFiles(bucket),
    'bucket-policy.json': bucketPolicy,
    'trust.json': role['AssumeRolePolicyDocument'] ?? null,
    'permissions.json': permissions(role),
  };
  return Object.entries(ABOUT).map(([name, about]) => ({ name, about, json: files[name] ?? null }));
}

/** What a customer key changes: files to take in the place of others. */
export function keyFiles(): readonly ByHandFile[] {
  const without = byHandFiles('s3');
  return byHandFiles('kms')
    .filter(({ json }, index) => JSON.stringify(json) !== JSON.stringify(without[index]?.json))
    .map(({ name, json }) => ({
      name: name.replace('.json', '-kms.json'),
      about: `in the place of \`${name}\``,
      json,
    }));
}

/** The role's one inline policy. */
const permissions = (role: JsonObject): Json =>
  only('Policies', listed(role['Policies']).filter(isObject))['PolicyDocument'] ?? null;
