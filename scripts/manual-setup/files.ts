import { isObject, listed, type Json, type JsonObject } from '../../local/json';
import { bucketFiles } from './aws-cli';
import { formatJson } from './format-json';
import type { Encryption } from '../../local/options';
import { bucketAndRole, only, synthesize } from './stack';

/** A file for the AWS CLI, for the setup without the stack. */
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

/** Paths of the files in this repository. Two of them are for a customer key. */
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

/** Files that differ with a customer key. */
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

/** Content of one of {@link SETUP_PATHS}. */
export function setupFileAt(file: string): string {
  const { json } = only(
    file,
    [...setupFiles('s3'), ...keyFiles()].filter(({ name }) => file.endsWith(`/${name}`)),
  );
  return `${formatJson(json)}\n`;
}
