import { z } from 'zod';
import { keyTemplateProblem } from './key-template';

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

const storage = z.discriminatedUnion('provider', [s3, gcs, azureBlob]);

/** Where recordings go, whichever way the request said it. */
export type StorageConfig = z.output<typeof storage>;
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
  const parsed = storage.safeParse(raw);
  if (parsed.success) return { config: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `recording_storage.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` };
}

function flatAsStorage(properties: Readonly<Record<string, unknown>>): object | undefined {
  const given = Object.entries(FLAT).filter(([flat]) => properties[flat] !== undefined);
  if (given.length === 0) return undefined;
  return { provider: 's3', ...Object.fromEntries(given.map(([flat, name]) => [name, properties[flat]])) };
}
