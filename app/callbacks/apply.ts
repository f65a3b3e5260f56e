import { createHash } from 'node:crypto';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import type { Conversation } from '../conversations/registry';
import type { Slots } from '../conversations/slots';
import type { Log } from '../log/logger';
import { announcedRecording, copyErrorCode, plain, shutdownReason, type CallbackPayload } from './payload';

/** Event types that documents name (conversation callbacks, read 2026-11-22). Others are counted. */
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  'system.replica_joined',
  'system.pal_joined',
  'system.shutdown',
  'application.transcription_ready',
  'application.recording_ready',
  'application.recording_copy_failed',
  'application.perception_analysis',
  'application.perception_unavailable',
  'application.post_call_action_executed',
  'canvas.interaction',
]);

/** Callbacks of a conversation that are remembered for telling duplicates. */
const MOST_SEEN = 64;

export interface CallbackDependencies {
  /** Ours; undefined when recording is off. */
  readonly bucket: string | undefined;
  readonly slots: Slots;
  readonly now: () => number;
  /** Callbacks of types that no document names, since the process started. */
  unknownTypes: number;
}

/**
 * Takes in one callback about a conversation that is known to be ours. Harmless when repeated and in any order. Never
 * logs what is in it, but for the few fields that are checked or reduced to plain letters.
 */
export function applyCallback(
  context: CallbackDependencies,
  conversation: Conversation,
  payload: CallbackPayload,
  log: Log,
): void {
  const type = payload.event_type ?? 'none';
  const about = { conversation_id: conversation.id, event_type: plain(type) };
  if (isDuplicate(conversation, payload)) {
    log.debug(about, 'Callback received again');
    return;
  }
  switch (type) {
    case 'application.recording_ready':
      recordingReady(context, conversation, payload, log);
      return;
    case 'application.recording_copy_failed':
      conversation.facts = { ...conversation.facts, copyFailed: true };
      log.error(
        { ...about, error_code: copyErrorCode(payload.properties) },
        'Recording could not be copied into the bucket',
      );
      return;
    case 'system.shutdown':
      conversation.isEnded = true;
      context.slots.free(conversation.startId);
      log.info({ ...about, reason: shutdownReason(payload.properties) }, 'Conversation ended');
      return;
    default:
      if (KNOWN_TYPES.has(type)) {
        log.info(about, 'Callback received');
        return;
      }
      context.unknownTypes += 1;
      log.info({ ...about, unknown_callbacks: context.unknownTypes }, 'Callback of an unknown type received');
  }
}

function isDuplicate(conversation: Conversation, payload: CallbackPayload): boolean {
  const seen = (conversation.seen ??= new Set());
  const { event_type: type, timestamp, properties } = payload;
  const parts = [type, timestamp, announcedRecording(properties).key].map((part) => part ?? '');
  // A digest, because a key in a callback may be as long as its body.
  const key = createHash('sha256').update(parts.join('\n')).digest('base64');
  if (seen.has(key)) return true;
  if (seen.size < MOST_SEEN) seen.add(key);
  return false;
}

/** What is announced must lie where we asked for it: the announcement itself proves nothing. */
function recordingReady(
  context: CallbackDependencies,
  conversation: Conversation,
  payload: CallbackPayload,
  log: Log,
): void {
  const { provider, bucket, key, durationSec } = announcedRecording(payload.properties);
  const form = RECORDING_KEY.exec(key ?? '')?.groups;
  const wrong = [
    ...(provider === 's3' ? [] : ['provider']),
    ...(context.bucket !== undefined && bucket === context.bucket ? [] : ['bucket']),
    ...(form?.['conversationId'] === conversation.id ? [] : ['key']),
  ];
  const about = { conversation_id: conversation.id };
  if (wrong.length > 0 || key === undefined) {
    log.error({ ...about, wrong }, 'Recording announced where it should not be');
    return;
  }
  conversation.facts = { ...conversation.facts, landedKey: key };
  const endedAt = Number(form?.['epochMs']) + (durationSec ?? 0) * 1000;
  log.info(
    { ...about, bucket, key, duration_sec: durationSec, delay_ms: Math.max(0, context.now() - endedAt) },
    'Recording landed',
  );
}
