import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { outputId } from '../../contract/names';
import type { Revisions } from '../../local/azure/cloud/revision';
import type { ConfigSource } from '../../infra-azure/config-source';

export const SECRETS = {
  tavusApiKey: 'planted-tavus-key-0123456789',
  callbackSecrets: 'planted-callback-secret-0123456789',
  startApiKey: 'planted-start-key-0123456789',
} as const;

export const IMAGE = `platformregistry.azurecr.io/tavus-recordings@sha256:${'a'.repeat(64)}`;

/** Configuration of a backend without recording. */
export const OFF = {
  image: IMAGE,
  tavusReplicaId: 'r79e1c033f',
  alertEmail: 'operations@example.com',
  ...SECRETS,
} as const;

/** Configuration of a backend that records. */
export const ON = { ...OFF, tavusEnableRecording: 'true', awsAccount: '111122223333' } as const;

type Values = Readonly<Record<string, string | undefined>>;

const PROJECT = 'tavus-recordings';

/** A stack's configuration in which exactly the secrets are encrypted. A key may have another project's namespace. */
export const configured = (
  values: Values,
  secretKeys: readonly string[] = [...Object.keys(SECRETS), 'operatorKey'],
): ConfigSource => ({
  get: (key) => values[key],
  isSecret: (key) => secretKeys.includes(key),
  project: PROJECT,
  all: () =>
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) =>
        value === undefined ? [] : [[key.includes(':') ? key : `${PROJECT}:${key}`, value]],
      ),
    ),
});

/** The hand-over of `cdk deploy` for an environment. */
export const handedOver = (environment: string): Readonly<Record<string, string>> => ({
  Environment: environment,
  Account: '111122223333',
  Region: 'us-east-1',
  ContractVersion: '1',
  [outputId('TAVUS_RECORDING_S3_BUCKET_NAME')]: 'acme-recordings',
  [outputId('TAVUS_RECORDING_S3_BUCKET_REGION')]: 'us-east-1',
  [outputId('TAVUS_AWS_ASSUME_ROLE_ARN')]: 'arn:aws:iam::111122223333:role/planted-role',
});

/** The hand-over of a stack whose bucket the backend can read. */
export const handedOverWithReader = (environment: string): Readonly<Record<string, string>> => ({
  ...handedOver(environment),
  [outputId('RECORDINGS_READER_ROLE_ARN')]: 'arn:aws:iam::111122223333:role/planted-reader',
  [outputId('RECORDINGS_RETENTION_DAYS')]: '90',
  [outputId('RECORDINGS_NONCURRENT_DAYS')]: '7',
  [outputId('RECORDINGS_ENCRYPTION')]: 's3',
});

/** Writes an outputs file into a folder. Returns the folder. */
export function writeHandOver(folder: string, content: unknown): string {
  writeFileSync(
    path.join(folder, 'cdk-outputs.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return folder;
}

/** A fake supervisor: every request succeeds, and nothing runs. */
export const NOTHING_RUNS: Revisions = {
  replace: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
