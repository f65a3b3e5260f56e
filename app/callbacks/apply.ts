import { createHash } from 'node:crypto';
import { defined } from '../../contract/defined';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { hasLanded, withRecording } from '../conversations/recording-state';
import type { Conversation } from '../conversations/registry';
import type { Slots } from '../conversations/slots';
import { evidence, type Log } from '../log/logger';
import {
  announcedRecording,
  copyErrorCode,
  plain,
  shutdownReason,
  type AnnouncedRecording,
  type CallbackPayload,
} from './payload';

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
      copyFailed(conversation, payload, log);
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

/** When a recording began and ended, by its key and duration; undefined when the key is not one of this conversation. */
function timesOf(
  { id }: Conversation,
  { key, durationSec = 0 }: AnnouncedRecording,
): { readonly key: string; readonly startedMs: number; readonly endedMs: number } | undefined {
  const form = RECORDING_KEY.exec(key ?? '')?.groups;
  if (key === undefined || form?.['conversationId'] !== id) return undefined;
  const startedMs = Number(form['epochMs']);
  return { key, startedMs, endedMs: startedMs + durationSec * 1000 };
}

function copyFailed(conversation: Conversation, { properties }: CallbackPayload, log: Log): void {
  const { facts } = conversation;
  const times = timesOf(conversation, announcedRecording(properties));
  conversation.facts =
    times === undefined
      ? { ...facts, copyFailed: true }
      : withRecording(facts, { ...times, hasLanded: false });
  evidence(log).error(
    {
      conversation_id: conversation.id,
      ...defined({ key: times?.key }),
      error_code: copyErrorCode(properties),
    },
    'Recording could not be copied into the bucket',
  );
}

/** What is announced must lie where we asked for it: the announcement itself proves nothing. */
function recordingReady(
  context: CallbackDependencies,
  conversation: Conversation,
  payload: CallbackPayload,
  log: Log,
): void {
  const announced = announcedRecording(payload.properties);
  const { provider, bucket, durationSec } = announced;
  const times = timesOf(conversation, announced);
  const wrong = [
    ...(provider === 's3' ? [] : ['provider']),
    ...(context.bucket !== undefined && bucket === context.bucket ? [] : ['bucket']),
    ...(times === undefined ? ['key'] : []),
  ];
  const about = { conversation_id: conversation.id };
  if (wrong.length > 0 || times === undefined) {
    evidence(log).error({ ...about, wrong }, 'Recording announced where it should not be');
    return;
  }
  const { key, endedMs } = times;
  if (hasLanded(conversation.facts, key)) {
    log.debug({ ...about, key }, 'Recording announced again');
    return;
  }
  conversation.facts = withRecording(conversation.facts, { ...times, hasLanded: true });
  evidence(log).info(
    { ...about, bucket, key, duration_sec: durationSec, delay_ms: Math.max(0, context.now() - endedMs) },
    'Recording landed',
  );
}
