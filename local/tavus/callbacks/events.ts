import type { SimulatedConversation, LoggedEvent, SimulatedRecording } from '../conversation';
import { isoMicros } from '../ids';
import { storageUri } from '../create/storage-config';
import type { FaultConfig } from '../fault-config';

/** Why a conversation ended, as the vendor's list spells it without the word "reached". */
export type EndReason =
  | 'participant_absent_timeout'
  | 'participant_left_timeout'
  | 'max_call_duration'
  | 'end_conversation_endpoint_hit'
  | 'daily_room_has_been_deleted';

const TIMEOUTS: ReadonlySet<EndReason> = new Set([
  'participant_absent_timeout',
  'participant_left_timeout',
  'max_call_duration',
]);

function event(type: string, at: number, properties: Readonly<Record<string, unknown>>): LoggedEvent {
  return {
    event_type: type,
    message_type: type.startsWith('system.') ? 'system' : 'application',
    timestamp: isoMicros(at),
    properties,
  };
}

export function replicaJoined(conversation: SimulatedConversation, at: number): LoggedEvent {
  return event('system.replica_joined', at, { replica_id: conversation.replicaId });
}

export function shutdown(conversation: SimulatedConversation, reason: EndReason, at: number): LoggedEvent {
  const suffix = TIMEOUTS.has(reason) ? ' reached' : '';
  return event('system.shutdown', at, {
    replica_id: conversation.replicaId,
    shutdown_reason: `${reason}${suffix}`,
  });
}

export function transcriptionReady(
  conversation: SimulatedConversation,
  at: number,
  faults: FaultConfig,
): LoggedEvent {
  return event('application.transcription_ready', at, {
    replica_id: conversation.replicaId,
    transcript: transcriptOf(conversation, faults),
  });
}

/** Names the object, never a URL to it. The key's field is `s3_key` for every provider (documented). */
export function recordingReady(
  conversation: SimulatedConversation,
  recording: SimulatedRecording,
  at: number,
): LoggedEvent {
  return event('application.recording_ready', at, {
    bucket_name: recording.bucket,
    s3_key: recording.key,
    duration: recording.durationSec,
    ...(conversation.storage === undefined
      ? {}
      : {
          storage_provider: recording.provider,
          storage_uri: storageUri(conversation.storage, recording.key),
        }),
  });
}

/** Sent on the worker-copy path alone: a direct upload that fails has no callback. */
export function recordingCopyFailed(recording: SimulatedRecording, at: number): LoggedEvent {
  return event('application.recording_copy_failed', at, {
    recording_id: recording.recordingId,
    s3_key: recording.key,
    duration: recording.durationSec,
    storage_provider: recording.provider,
    error_code: 'DESTINATION_AUTH_FAILED',
    error_message: 'The destination refused the copy.',
  });
}

export function perception(at: number): LoggedEvent {
  return event('application.perception_analysis', at, {
    analysis: 'A disc moved across a coloured background.',
  });
}

/**
 * A short transcript. Its system entry holds the whole conversational context, as the vendor's does: whoever
 * logs or stores callbacks leaks it, and should see that here.
 */
function transcriptOf(conversation: SimulatedConversation, faults: FaultConfig): object[] {
  const lines = [
    { role: 'system', content: `You are a friendly replica. ${conversation.context}` },
    { role: 'assistant', content: 'Hello, can you hear me?' },
    { role: 'user', content: 'Yes, I can.' },
  ];
  // They speak when they are in the room.
  const beganMs = conversation.recordings[0]?.startedAtMs ?? conversation.createdAtMs;
  return lines.map((line, index) => {
    const spokenAtMs = beganMs + index * 1_500;
    return {
      ...line,
      timestamp: faults.transcriptTimestamps === 'iso' ? isoMicros(spokenAtMs) : spokenAtMs / 1_000,
      seconds_from_start: (spokenAtMs - conversation.createdAtMs) / 1_000,
      duration: 1.25,
      inference_id: `inference-${index}`,
    };
  });
}
