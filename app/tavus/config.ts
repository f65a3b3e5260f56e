import { defined } from '../../contract/defined';
import type { SettingValues } from '../../contract/settings';

/** Limits of a call in seconds; undefined leaves one to Tavus. */
export interface CallLimits {
  readonly maxCallDurationSec: number | undefined;
  readonly participantLeftTimeoutSec: number | undefined;
  readonly participantAbsentTimeoutSec: number | undefined;
}

/** Who starts conversations, and how. */
export interface TavusConfig {
  readonly apiKey: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly replicaId: string | undefined;
  readonly personaId: string | undefined;
  readonly requireAuth: boolean;
  readonly limits: CallLimits;
}

/** Where Tavus puts a recording, in the form in which it is told. */
export interface RecordingConfig {
  readonly bucket: string;
  readonly region: string;
  readonly roleArn: string;
  /** `flat`: three deprecated fields that still work. `recording_storage`: the object since May 2026. */
  readonly format: 'flat' | 'recording_storage';
  /** As what a recording has to be found in the bucket, as far as the stack says so. */
  readonly promised: RecordingPromise;
}

/** How the bucket stores a recording, and for how long. */
export interface RecordingPromise {
  readonly encryption?: 's3' | 'kms';
  readonly keyArn?: string;
  /** Until it expires. */
  readonly retentionDays?: number;
  /** From then on, until it is gone for good. */
  readonly noncurrentDays?: number;
}

/** Reads Tavus's part of the settings; what is required was checked before. */
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

/** Where recordings go, whether they are switched on or not; undefined while one of the three values is unknown. */
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
