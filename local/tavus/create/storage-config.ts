import { z } from 'zod';

const text = z.string().min(1);

/**
 * Where recordings go, whichever way the request said it. The vendor also takes `gcs` and `azure_blob`, which the backend
 * never asks for. A `key_template` is ignored: the key in S3 is fixed (documented).
 */
const s3 = z.looseObject({
  provider: z.literal('s3'),
  bucket_name: text,
  bucket_region: text,
  assume_role_arn: text,
  external_id: text.optional(),
});
export type S3Storage = z.output<typeof s3>;

const FLAT = {
  recording_s3_bucket_name: 'bucket_name',
  recording_s3_bucket_region: 'bucket_region',
  aws_assume_role_arn: 'assume_role_arn',
} as const;

/**
 * Reads `recording_storage`, or the three deprecated flat fields as provider `s3` (documented).
 *
 * When both are there, `recording_storage` counts (assumption). One flat field alone makes the other two
 * mandatory (assumption).
 */
export function readStorage(
  properties: Readonly<Record<string, unknown>>,
): { readonly config: S3Storage | undefined } | { readonly problem: string } {
  const raw = properties['recording_storage'] ?? flatAsStorage(properties);
  if (raw === undefined) return { config: undefined };
  const parsed = s3.safeParse(raw);
  if (parsed.success) return { config: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `recording_storage.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` };
}

function flatAsStorage(properties: Readonly<Record<string, unknown>>): object | undefined {
  const given = Object.entries(FLAT).filter(([flat]) => properties[flat] !== undefined);
  if (given.length === 0) return undefined;
  return { provider: 's3', ...Object.fromEntries(given.map(([flat, name]) => [name, properties[flat]])) };
}
