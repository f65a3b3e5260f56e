import { z } from 'zod';
import { recordingKey } from '../vendor';

const MAX_CHARACTERS = 512;
const ALLOWED = /^[0-9A-Za-z./_{}-]+$/;
const TOKENS = new Set(['{conversation_id}', '{epoch_ms}']);

/** Used for GCS and Azure without a `key_template` (assumption: the same keys as for S3). */
const DEFAULT_KEY_TEMPLATE = 'tavus/{conversation_id}/{epoch_ms}';

/** Returns the problem of a `key_template`, or `undefined` if it is valid. Rules as documented in May 2026. */
export function keyTemplateProblem(template: string): string | undefined {
  if (template.length === 0) return 'must not be empty';
  if (template.length > MAX_CHARACTERS) return `must not be longer than ${MAX_CHARACTERS} characters`;
  if (!ALLOWED.test(template)) return 'has a character outside 0-9 A-Z a-z . / _ - { }';
  if (template.startsWith('/')) return 'must not begin with /';
  if (template.includes('//')) return 'must not contain //';
  if (template.includes('..')) return 'must not contain ..';
  const unknown = (template.match(/\{[^}]*\}?/g) ?? []).find((token) => !TOKENS.has(token));
  return unknown === undefined ? undefined : `has the unknown token ${unknown}`;
}

/** Returns the key of one recording. The template must be valid. */
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

/** Destination of the recordings, in the format of `recording_storage`. */
export type StorageConfig = z.output<typeof storageConfig>;
export type S3Storage = Extract<StorageConfig, { provider: 's3' }>;

/** The deprecated flat fields, and the fields of `recording_storage` that replace them. */
const FLAT = {
  recording_s3_bucket_name: 'bucket_name',
  recording_s3_bucket_region: 'bucket_region',
  aws_assume_role_arn: 'assume_role_arn',
} as const;

/**
 * Reads `recording_storage`, or the three deprecated flat fields as provider `s3` (documented).
 *
 * `recording_storage` takes precedence (assumption). With one flat field, the other two are required
 * (assumption). Ignores `key_template` for S3, where the key is fixed.
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
  const present = Object.entries(FLAT).filter(([flat]) => properties[flat] !== undefined);
  if (present.length === 0) return undefined;
  return { provider: 's3', ...Object.fromEntries(present.map(([flat, name]) => [name, properties[flat]])) };
}

/** Returns the name of the bucket, or of the Azure container. */
export function bucketOf(storage: StorageConfig): string {
  return storage.provider === 'azure_blob' ? storage.container : storage.bucket_name;
}

/** Returns the bucket's region, empty for GCS and Azure: their requests do not contain one. */
export function regionOf(storage: StorageConfig): string {
  return storage.provider === 's3' ? storage.bucket_region : '';
}

/** Returns the key of a recording: fixed for S3, from the template for GCS and Azure. */
export function keyOf(storage: StorageConfig | undefined, conversationId: string, epochMs: number): string {
  return storage === undefined || storage.provider === 's3'
    ? recordingKey(conversationId, epochMs)
    : keyFromTemplate(storage.key_template ?? DEFAULT_KEY_TEMPLATE, conversationId, epochMs);
}

/** `s3://` and `gs://` are documented, `azure://` is an assumption. */
export function storageUri(storage: StorageConfig, key: string): string {
  if (storage.provider === 'azure_blob')
    return `azure://${storage.storage_account}/${storage.container}/${key}`;
  return `${storage.provider === 's3' ? 's3' : 'gs'}://${storage.bucket_name}/${key}`;
}
