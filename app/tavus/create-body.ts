import { defined } from '../../contract/defined';
import type { CallLimits, RecordingConfig, TavusConfig } from './config';

type FlatStorage = {
  readonly recording_s3_bucket_name: string;
  readonly recording_s3_bucket_region: string;
  readonly aws_assume_role_arn: string;
};
type StorageObject = {
  readonly recording_storage: {
    readonly provider: 's3';
    readonly bucket_name: string;
    readonly bucket_region: string;
    readonly assume_role_arn: string;
  };
};

/** `properties` of a conversation, in Tavus's words. Limits are in seconds. */
export type CreateProperties = {
  readonly enable_closed_captions: false;
  readonly enable_recording: boolean;
  readonly max_call_duration?: number;
  readonly participant_left_timeout?: number;
  readonly participant_absent_timeout?: number;
} & Partial<FlatStorage & StorageObject>;

/** Body of `POST /conversations`. Documented fields only: Daily refuses unknown properties. */
export interface CreateConversationBody {
  readonly replica_id?: string;
  readonly persona_id?: string;
  readonly conversation_name: string;
  readonly callback_url?: string;
  readonly require_auth?: true;
  readonly properties: CreateProperties;
}

/** Configuration for all conversations. */
export interface CreateConfig {
  readonly tavus: TavusConfig;
  /** Undefined: recording is off. */
  readonly recording: RecordingConfig | undefined;
}

/** Options of one conversation. */
export interface CreateOptions {
  readonly startId: string;
  readonly name: string | undefined;
  readonly isRecorded: boolean;
  readonly callbackUrl: string | undefined;
}

/**
 * The name contains the start id, by which we find the conversation when the create call's answer never arrived.
 * @param name from the caller
 */
function conversationName(startId: string, name: string | undefined): string {
  return `${name ?? 'tavus-recordings'} ${startId}`;
}

/**
 * The request that starts a conversation. Without recording it is byte for byte the request from before recording existed.
 */
export function createBody(config: CreateConfig, options: CreateOptions): CreateConversationBody {
  const { replicaId, personaId, requireAuth, limits } = config.tavus;
  const recording = options.isRecorded ? config.recording : undefined;
  return {
    ...defined({ replica_id: replicaId, persona_id: personaId }),
    conversation_name: conversationName(options.startId, options.name),
    ...defined({ callback_url: options.callbackUrl }),
    ...(requireAuth ? { require_auth: true } : {}),
    properties: {
      enable_closed_captions: false,
      enable_recording: recording !== undefined,
      ...(recording === undefined ? {} : storage(recording)),
      ...limitProperties(limits),
    },
  };
}

function storage({ bucket, region, roleArn, format }: RecordingConfig): FlatStorage | StorageObject {
  return format === 'flat'
    ? {
        recording_s3_bucket_name: bucket,
        recording_s3_bucket_region: region,
        aws_assume_role_arn: roleArn,
      }
    : {
        recording_storage: {
          provider: 's3',
          bucket_name: bucket,
          bucket_region: region,
          assume_role_arn: roleArn,
        },
      };
}

function limitProperties(limits: CallLimits): Partial<CreateProperties> {
  const { maxCallDurationSec, participantLeftTimeoutSec, participantAbsentTimeoutSec } = limits;
  return defined({
    max_call_duration: maxCallDurationSec,
    participant_left_timeout: participantLeftTimeoutSec,
    participant_absent_timeout: participantAbsentTimeoutSec,
  });
}
