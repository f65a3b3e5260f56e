import { defined } from '../../contract/defined';
import type { SettingValues } from '../../contract/settings';

/** Limits of a call in seconds; undefined uses Tavus's default. */
export interface CallLimits {
  readonly maxCallDurationSec: number | undefined;
  readonly participantLeftTimeoutSec: number | undefined;
  readonly participantAbsentTimeoutSec: number | undefined;
}

/** Account, replica and limits for new conversations. */
export interface TavusConfig {
  readonly apiKey: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly replicaId: string | undefined;
  readonly personaId: string | undefined;
  readonly requireAuth: boolean;
  readonly limits: CallLimits;
}

/** Where Tavus stores recordings, and the request format that names it. */
export interface RecordingConfig {
  readonly bucket: string;
  readonly region: string;
  readonly roleArn: string;
  /** `flat`: three deprecated fields that still work. `recording_storage`: the object since May 2026. */
  readonly format: 'flat' | 'recording_storage';
  /** How the bucket must store a recording, as far as the stack's outputs say. */
  readonly promised: RecordingPromise;
}

/** How the bucket stores a recording, and for how long. */
export interface RecordingPromise {
  readonly encryption?: 's3' | 'kms';
  readonly keyArn?: string;
  /** Days until it expires. */
  readonly retentionDays?: number;
  /** Days from expiry until permanent deletion. */
  readonly noncurrentDays?: number;
}

/** Reads Tavus's settings. @param values checked: no required setting is missing */
export const tavusConfig = (values: SettingValues): TavusConfig => ({
  apiKey: values.TAVUS_API_KEY ?? '',
  baseUrl: values.TAVUS_API_BASE_URL ?? '',
  replicaId: values.TAVUS_REPLICA_ID,
  personaId: values.TAVUS_PERSONA_ID,
  requireAuth: values.TAVUS_REQUIRE_AUTH ?? false,
  limits: {
    maxCallDurationSec: values.TAVUS_MAX_CALL_DURATION_SEC,
    participantLeftTimeoutSec: values.TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC,
    participantAbsentTimeoutSec: values.TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC,
  },
});

/** Where recordings go, even while recording is off; undefined unless all three values are set. */
export function recordingConfig(values: SettingValues): RecordingConfig | undefined {
  const bucket = values.TAVUS_RECORDING_S3_BUCKET_NAME;
  const region = values.TAVUS_RECORDING_S3_BUCKET_REGION;
  const roleArn = values.TAVUS_AWS_ASSUME_ROLE_ARN;
  if (bucket === undefined || region === undefined || roleArn === undefined) return undefined;
  const promised = defined({
    encryption: values.RECORDINGS_ENCRYPTION,
    keyArn: values.RECORDINGS_KEY_ARN,
    retentionDays: values.RECORDINGS_RETENTION_DAYS,
    noncurrentDays: values.RECORDINGS_NONCURRENT_DAYS,
  });
  return { bucket, region, roleArn, format: values.TAVUS_RECORDING_STORAGE_FORMAT ?? 'flat', promised };
}
