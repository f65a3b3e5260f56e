import { z } from 'zod';
import { recordingKey } from '../vendor';

const MOST_CHARACTERS = 512;
const ALLOWED = /^[0-9A-Za-z./_{}-]+$/;
const TOKENS = new Set(['{conversation_id}', '{epoch_ms}']);

/** Key when a worker copies and no template is given (assumption: the same as for S3). */
const DEFAULT_KEY_TEMPLATE = 'tavus/{conversation_id}/{epoch_ms}';

/** What is wrong with a `key_template`; `undefined` when it is in order. Rules as documented, May 2026. */
export function keyTemplateProblem(template: string): string | undefined {
  if (template.length === 0) return 'must not be empty';
  if (template.length > MOST_CHARACTERS) return `must not be longer than ${MOST_CHARACTERS} characters`;
  if (!ALLOWED.test(template)) return 'has a character outside 0-9 A-Z a-z . / _ - { }';
  if (template.startsWith('/')) return 'must not begin with /';
  if (template.includes('//')) return 'must not contain //';
  if (template.includes('..')) return 'must not contain ..';
  const unknown = (template.match(/\{[^}]*\}?/g) ?? []).find((token) => !TOKENS.has(token));
  return unknown === undefined ? undefined : `has the unknown token ${unknown}`;
}

/** The key that a checked template gives for one recording. */
export function keyFromTemplate(template: string, conversationId: string, epochMs: number): string {
  return template.replaceAll('{conversation_id}', conversationId).replaceAll('{epoch_ms}', String(epochMs));
}

const text = z.string().min(1);

const s3 = z.looseObject({
  provider: z.literal('s3'),
  bucket_name: text,
  bucket_region: text,
  assume_role_arn: text,
  external_id: text.optional(),
});

const keyTemplate = z
  .string()
  .superRefine((template, context) => {
    const problem = keyTemplateProblem(template);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .optional();

const gcs = z.looseObject({
  provider: z.literal('gcs'),
  bucket_name: text,
  project_id: text,
  workload_identity_provider: text.refine((value) => !value.startsWith('//iam.googleapis.com/'), {
    error: 'must not begin with //iam.googleapis.com/',
  }),
  service_account_email: text,
  key_template: keyTemplate,
});

const azureBlob = z.looseObject({
  provider: z.literal('azure_blob'),
  storage_account: text,
  container: text,
  tenant_id: text,
  client_id: text,
  key_template: keyTemplate,
});

const storageConfig = z.discriminatedUnion('provider', [s3, gcs, azureBlob]);

/** Where recordings go, whichever way the request said it. */
export type StorageConfig = z.output<typeof storageConfig>;
export type S3Storage = Extract<StorageConfig, { provider: 's3' }>;

const FLAT = {
  recording_s3_bucket_name: 'bucket_name',
  recording_s3_bucket_region: 'bucket_region',
  aws_assume_role_arn: 'assume_role_arn',
} as const;

/**
 * Reads `recording_storage`, or the three deprecated flat fields as provider `s3` (documented).
 *
 * When both are there, `recording_storage` counts (assumption). One flat field alone makes the other two
 * mandatory (assumption). `key_template` for s3 is ignored: the S3 key is fixed.
 */
export function readStorage(
  properties: Readonly<Record<string, unknown>>,
): { readonly config: StorageConfig | undefined } | { readonly problem: string } {
  const raw = properties['recording_storage'] ?? flatAsStorage(properties);
  if (raw === undefined) return { config: undefined };
  const parsed = storageConfig.safeParse(raw);
  if (parsed.success) return { config: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `recording_storage.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` };
}

function flatAsStorage(properties: Readonly<Record<string, unknown>>): object | undefined {
  const given = Object.entries(FLAT).filter(([flat]) => properties[flat] !== undefined);
  if (given.length === 0) return undefined;
  return { provider: 's3', ...Object.fromEntries(given.map(([flat, name]) => [name, properties[flat]])) };
}

/** The bucket's name, or the container's. */
export function bucketOf(storage: StorageConfig): string {
  return storage.provider === 'azure_blob' ? storage.container : storage.bucket_name;
}

/** Region of the bucket. Only S3 has one in the request. */
export function regionOf(storage: StorageConfig): string {
  return storage.provider === 's3' ? storage.bucket_region : '';
}

/** Key of a recording: fixed for S3, by template for the others. */
export function keyOf(storage: StorageConfig | undefined, conversationId: string, epochMs: number): string {
  return storage === undefined || storage.provider === 's3'
    ? recordingKey(conversationId, epochMs)
    : keyFromTemplate(storage.key_template ?? DEFAULT_KEY_TEMPLATE, conversationId, epochMs);
}

/** `s3://` and `gs://` are documented; how an Azure object is named is unknown (assumption). */
export function storageUri(storage: StorageConfig, key: string): string {
  if (storage.provider === 'azure_blob')
    return `azure://${storage.storage_account}/${storage.container}/${key}`;
  return `${storage.provider === 's3' ? 's3' : 'gs'}://${storage.bucket_name}/${key}`;
}
