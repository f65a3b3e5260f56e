import type { SimulatedConversation, LoggedEvent, SimulatedRecording } from '../conversation';
import { isoMicros } from '../ids';
import { storageUri } from '../create/storage-config';
import type { FaultConfig } from '../fault-config';

/** The vendor's `shutdown_reason`, without the suffix ` reached` that it adds to timeouts. */
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

function createEvent(type: string, at: number, properties: Readonly<Record<string, unknown>>): LoggedEvent {
  return {
    event_type: type,
    message_type: type.startsWith('system.') ? 'system' : 'application',
    timestamp: isoMicros(at),
    properties,
  };
}

export function replicaJoined(conversation: SimulatedConversation, at: number): LoggedEvent {
  return createEvent('system.replica_joined', at, { replica_id: conversation.replicaId });
}

export function shutdown(conversation: SimulatedConversation, reason: EndReason, at: number): LoggedEvent {
  const suffix = TIMEOUTS.has(reason) ? ' reached' : '';
  return createEvent('system.shutdown', at, {
    replica_id: conversation.replicaId,
    shutdown_reason: `${reason}${suffix}`,
  });
}

export function transcriptionReady(
  conversation: SimulatedConversation,
  at: number,
  faults: FaultConfig,
): LoggedEvent {
  return createEvent('application.transcription_ready', at, {
    replica_id: conversation.replicaId,
    transcript: transcriptOf(conversation, faults),
  });
}

/** Contains no media URL. The key is in `s3_key` for every provider (documented). */
export function recordingReady(
  conversation: SimulatedConversation,
  recording: SimulatedRecording,
  at: number,
): LoggedEvent {
  return createEvent('application.recording_ready', at, {
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

/** Sent only if a worker's copy fails. A failed direct upload causes no callback. */
export function recordingCopyFailed(recording: SimulatedRecording, at: number): LoggedEvent {
  return createEvent('application.recording_copy_failed', at, {
    recording_id: recording.recordingId,
    s3_key: recording.key,
    duration: recording.durationSec,
    storage_provider: recording.provider,
    error_code: 'DESTINATION_AUTH_FAILED',
    error_message: 'The destination refused the copy.',
  });
}

export function perception(at: number): LoggedEvent {
  return createEvent('application.perception_analysis', at, {
    analysis: 'A disc moved across a coloured background.',
  });
}

/**
 * A short transcript. As with the vendor, its system entry contains the whole conversational context, so that
 * tests detect a backend that leaks it into logs or storage.
 */
function transcriptOf(conversation: SimulatedConversation, faults: FaultConfig): object[] {
  const lines = [
    { role: 'system', content: `You are a friendly replica. ${conversation.context}` },
    { role: 'assistant', content: 'Hello, can you hear me?' },
    { role: 'user', content: 'Yes, I can.' },
  ];
  const startMs = conversation.recordings[0]?.startedAtMs ?? conversation.createdAtMs;
  return lines.map((line, index) => {
    const spokenAtMs = startMs + index * 1_500;
    return {
      ...line,
      timestamp: faults.transcriptTimestamps === 'iso' ? isoMicros(spokenAtMs) : spokenAtMs / 1_000,
      seconds_from_start: (spokenAtMs - conversation.createdAtMs) / 1_000,
      duration: 1.25,
      inference_id: `inference-${index}`,
    };
  });
}
