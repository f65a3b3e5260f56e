import type { Conversation, LoggedEvent, Recording } from '../conversation';
import { isoMicros } from '../ids';
import { storageUri } from '../create/destination';
import type { Switches } from '../switches';
import { transcriptOf } from './transcript';

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

export function replicaJoined(conversation: Conversation, at: number): LoggedEvent {
  return event('system.replica_joined', at, { replica_id: conversation.replicaId });
}

/** The newer name of the same fact, sent in addition (observed). */
export function palJoined(conversation: Conversation, at: number): LoggedEvent {
  return event('system.pal_joined', at, { face_id: conversation.replicaId });
}

export function shutdown(
  conversation: Conversation,
  reason: EndReason,
  at: number,
  switches: Switches,
): LoggedEvent {
  const suffix = switches.shutdownReasonSuffix && TIMEOUTS.has(reason) ? ' reached' : '';
  return event('system.shutdown', at, {
    replica_id: conversation.replicaId,
    [switches.shutdownReasonKey]: `${reason}${suffix}`,
  });
}

export function transcriptionReady(conversation: Conversation, at: number, switches: Switches): LoggedEvent {
  return event('application.transcription_ready', at, {
    replica_id: conversation.replicaId,
    transcript: transcriptOf(conversation, switches),
  });
}

/** Names the object, never a URL to it. The key's field is `s3_key` for every provider (documented). */
export function recordingReady(
  conversation: Conversation,
  recording: Recording,
  at: number,
  switches: Switches,
): LoggedEvent {
  return event('application.recording_ready', at, {
    bucket_name: recording.bucket,
    s3_key: recording.key,
    duration: recording.durationSec,
    ...(switches.legacyPayloads || conversation.storage === undefined
      ? {}
      : {
          storage_provider: recording.provider,
          storage_uri: storageUri(conversation.storage, recording.key),
        }),
  });
}

/** Sent on the worker-copy path alone: a direct upload that fails has no callback. */
export function recordingCopyFailed(recording: Recording, at: number): LoggedEvent {
  return event('application.recording_copy_failed', at, {
    recording_id: recording.recordingId,
    s3_key: recording.key,
    duration: recording.durationSec,
    storage_provider: recording.provider,
    error_code: 'DESTINATION_AUTH_FAILED',
    error_message: 'The destination refused the copy.',
  });
}

export function perception(at: number, switches: Switches): LoggedEvent {
  return switches.perception === 'analysis'
    ? event('application.perception_analysis', at, { analysis: 'A disc moved across a coloured background.' })
    : event('application.perception_unavailable', at, { reason: 'no_vision_history' });
}

/** A type that no document knows: a receiver has to shrug. */
export function unknownEvent(at: number): LoggedEvent {
  return event('application.not_in_any_document', at, { note: 'made up by the simulator' });
}
