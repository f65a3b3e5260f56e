import * as z from 'zod';

/** Observed as text, number and null. Only used to detect duplicates, so any other form is ignored. */
const timestamp = z
  .union([z.string().max(64), z.number()])
  .nullish()
  .catch(undefined)
  .transform((value) => (value === null || value === undefined ? undefined : String(value)))
  .optional();

/**
 * A callback must name its conversation. All other fields are optional, because undocumented events arrive too: guardrails
 * and objectives have no `event_type`. A field of unexpected form counts as absent, so that the rest of the callback, such
 * as a recording or the end of a call, is not lost.
 */
export const callbackPayload = z.object({
  conversation_id: z.string().min(1).max(128),
  event_type: z.string().max(200).optional().catch(undefined),
  timestamp,
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
export type CallbackPayload = z.output<typeof callbackPayload>;

const text = z.string().optional().catch(undefined);

const recordingReady = z.object({
  bucket_name: text,
  s3_key: text,
  storage_provider: text,
  storage_uri: text,
  duration: z.number().min(0).optional().catch(undefined),
});

/** Where Tavus says a recording is. */
export interface AnnouncedRecording {
  readonly provider: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly durationSec: number | undefined;
}

/** Reads both formats: fields for bucket and key, else `storage_uri` (since May 2026). */
export function announcedRecording(properties: CallbackPayload['properties']): AnnouncedRecording {
  const {
    bucket_name: bucket,
    s3_key: key,
    storage_provider: provider = 's3',
    storage_uri: uri,
    duration,
  } = recordingReady.parse(properties ?? {});
  const fromUri = /^s3:\/\/(?<bucket>[^/]+)\/(?<key>.+)$/.exec(uri ?? '')?.groups;
  return {
    provider,
    bucket: bucket ?? fromUri?.['bucket'],
    key: key ?? fromUri?.['key'],
    durationSec: duration,
  };
}

const shutdown = z.object({ shutdown_reason: text, reason: text });

/** Why a conversation ended, in Tavus's words; Tavus uses both field names. */
export function shutdownReason(properties: CallbackPayload['properties']): string {
  const { shutdown_reason: reason, reason: other } = shutdown.parse(properties ?? {});
  return plain(reason ?? other ?? 'not given');
}

const copyFailed = z.object({ error_code: text });

export function copyErrorCode(properties: CallbackPayload['properties']): string {
  return plain(copyFailed.parse(properties ?? {}).error_code ?? 'not given');
}

const MOST_PLAIN = 80;

/** Shortens foreign text for our log and replaces unusual characters. */
export function plain(words: string): string {
  return words.slice(0, MOST_PLAIN).replaceAll(/[^\w .:-]+/g, '?');
}
