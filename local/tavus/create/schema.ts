import { z } from 'zod';

const whole = z.number().int().min(0);
const textList = z.array(z.string());

/** The fields of `properties` (vendor's OpenAPI, 3 Aug 2026). `languages` and `auto_start_recording` are observed. */
const propertiesShape = {
  max_call_duration: whole.optional(),
  participant_left_timeout: whole.optional(),
  participant_absent_timeout: whole.optional(),
  enable_recording: z.boolean().optional(),
  enable_closed_captions: z.boolean().optional(),
  apply_greenscreen: z.boolean().optional(),
  require_auth: z.boolean().optional(),
  language: z.string().optional(),
  languages: textList.optional(),
  recording_s3_bucket_name: z.string().optional(),
  recording_s3_bucket_region: z.string().optional(),
  aws_assume_role_arn: z.string().optional(),
  recording_storage: z.record(z.string(), z.unknown()).optional(),
  enable_transcription: z.boolean().optional(),
  auto_start_recording: z.boolean().optional(),
};

const topShape = {
  replica_id: z.string().optional(),
  persona_id: z.string().optional(),
  face_id: z.string().optional(),
  pal_id: z.string().optional(),
  audio_only: z.boolean().optional(),
  callback_url: z.string().optional(),
  conversation_name: z.string().optional(),
  conversational_context: z.string().optional(),
  custom_greeting: z.string().optional(),
  memory_stores: textList.optional(),
  document_ids: textList.optional(),
  document_retrieval_strategy: z.enum(['speed', 'balanced', 'quality']).optional(),
  document_tags: textList.optional(),
  test_mode: z.boolean().optional(),
  require_auth: z.boolean().optional(),
  /** Includes the replica. */
  max_participants: z.number().int().min(2).optional(),
  policy: z.string().optional(),
  enable_dynamic_greeting: z.boolean().optional(),
};

const createBody = z.looseObject({ ...topShape, properties: z.looseObject(propertiesShape).default({}) });

/** A valid create request. Keeps unknown fields. */
export type CreateBody = z.output<typeof createBody>;

/** Checks types; accepts unknown fields (assumption). Reports the first problem (its wording is an assumption). */
export function parseCreateBody(body: unknown): { readonly body: CreateBody } | { readonly problem: string } {
  const parsed = createBody.safeParse(body);
  if (parsed.success) return { body: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  return { problem: `${path === '' ? '' : `${path}: `}${issue?.message ?? 'invalid request'}` };
}
