import { isObject, listed, type Json, type JsonObject } from '../../local/json';
import { bucketFiles } from './aws-cli';
import { shownJson } from './shown';
import { bucketAndRole, only, synthesize, type Encryption } from './stack';

/** A file that somebody without the stack gives to the AWS CLI. */
export interface SetupFile {
  readonly name: string;
  readonly json: Json;
}

/** In the order of the guide's commands. */
const NAMES = [
  'public-access.json',
  'ownership.json',
  'encryption.json',
  'versioning.json',
  'lifecycle.json',
  'bucket-policy.json',
  'trust.json',
  'permissions.json',
] as const;

/** Where the files are in this repository; a customer key brings its own two. */
export const SETUP_PATHS: readonly string[] = [...NAMES, 'encryption-kms.json', 'permissions-kms.json'].map(
  (name) => `docs/manual-setup/${name}`,
);

/** The files of a bucket and a role like the stack's, in the order of the guide. */
export function setupFiles(encryption: Encryption): readonly SetupFile[] {
  const { bucket, bucketPolicy, role } = bucketAndRole(synthesize(encryption));
  const files: Readonly<Record<string, Json>> = {
    ...bucketFiles(bucket),
    'bucket-policy.json': bucketPolicy,
    'trust.json': role['AssumeRolePolicyDocument'] ?? null,
    'permissions.json': permissions(role),
  };
  return NAMES.map((name) => ({ name, json: files[name] ?? null }));
}

/** What a customer key changes: files to take in the place of others. */
export function keyFiles(): readonly SetupFile[] {
  const without = setupFiles('s3');
  return setupFiles('kms')
    .filter(({ json }, index) => JSON.stringify(json) !== JSON.stringify(without[index]?.json))
    .map(({ name, json }) => ({
      name: name.replace('.json', '-kms.json'),
      json,
    }));
}

/** The role's one inline policy. */
const permissions = (role: JsonObject): Json =>
  only('Policies', listed(role['Policies']).filter(isObject))['PolicyDocument'] ?? null;

/** What `npm run documents` writes into one of {@link SETUP_PATHS}. */
export function setupFileAt(place: string): string {
  const { json } = only(
    place,
    [...setupFiles('s3'), ...keyFiles()].filter(({ name }) => place.endsWith(`/${name}`)),
  );
  return `${shownJson(json)}\n`;
}
