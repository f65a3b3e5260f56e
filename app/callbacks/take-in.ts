import { defined } from '../../contract/defined';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { factOf, factsOf, isSameCallback, TAVUS_EVENTS, type Fact, type FactOf } from '../ledger/facts';
import type { Slots } from '../ledger/slots';
import type { Ledger } from '../ledger/ledger';
import { evidence, type Log } from '../log/logger';
import { callbackFact } from './fact';
import type { CallbackPayload } from './payload';

/** Documented event types (conversation callbacks, read 2026-11-22). Others are counted. */
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

export interface CallbackDependencies {
  /** Our bucket; undefined when recording is off. */
  readonly bucket: string | undefined;
  readonly ledger: Ledger;
  readonly slots: Pick<Slots, 'free'>;
  readonly now: () => number;
  /**
   * Makes the watch check a start at once. Resolves when this is scheduled in the ledger, so that it survives this process.
   */
  readonly lookNow: (startId: string) => Promise<void>;
  /** Number of callbacks of undocumented types since the process started. */
  unknownTypes: number;
}

/** A start and its facts. */
export interface StartFacts {
  readonly startId: string;
  readonly facts: readonly Fact[];
}

/**
 * Stores one callback about a conversation of ours. Idempotent, and independent of the order. Logs only the few fields that
 * are checked or reduced to plain characters.
 *
 * @returns the facts of the start, including this callback
 */
export async function takeIn(
  context: CallbackDependencies,
  { startId, facts }: StartFacts,
  payload: CallbackPayload,
  { via, log }: { readonly via: FactOf<'callback'>['via']; readonly log: Log },
): Promise<readonly Fact[]> {
  const { ledger, now, slots } = context;
  // Nothing is stored about an erased conversation.
  if (factOf(facts, 'erased') !== undefined) return facts;
  // The bucket at the start counts, not the current configuration.
  const bucket = factOf(facts, 'expected')?.storage?.bucket ?? context.bucket;
  const callback = callbackFact(payload, { bucket, at: now(), via });
  const about = { conversation_id: callback.conversationId, event_type: callback.event };
  if (via === 'read' && factsOf(facts, 'callback').some((one) => isSameCallback(one, callback))) return facts;
  const added = await ledger.addTold(startId, facts, callback);
  if (added !== 'added') {
    log.debug(about, added === 'known' ? 'Callback received again' : 'Callback not kept: too many came');
    return facts;
  }
  if (callback.event === TAVUS_EVENTS.shutdown) await slots.free(startId);
  // Read again: another replica may have stored the same callback, or a copy from Tavus's log, meanwhile.
  const known = await ledger.facts(startId);
  const others = factsOf(known, 'callback').filter((one) => isBefore(one, callback));
  if (!others.some((one) => isSameCallback(one, callback))) tell(context, others, callback, log);
  await context.lookNow(startId);
  return known;
}

/** Orders two copies of a callback that arrived at once, so that every replica logs the same one. */
const isBefore = (one: FactOf<'callback'>, other: FactOf<'callback'>): boolean =>
  one.at < other.at || (one.at === other.at && one.via === 'read' && other.via === 'sent');

function tell(
  context: CallbackDependencies,
  others: readonly FactOf<'callback'>[],
  callback: FactOf<'callback'>,
  log: Log,
): void {
  const { conversationId, event, reason } = callback;
  const about = { conversation_id: conversationId, event_type: event };
  switch (event) {
    case TAVUS_EVENTS.ready:
      tellReady(others, callback, log);
      return;
    case TAVUS_EVENTS.copyFailed:
      evidence(log).error(
        {
          conversation_id: conversationId,
          ...defined({ key: callback.recording?.key, error_code: reason }),
        },
        'Recording could not be copied into the bucket',
      );
      return;
    case TAVUS_EVENTS.shutdown:
      log.info({ ...about, reason }, 'Conversation ended');
      return;
    default:
      if (KNOWN_TYPES.has(event)) {
        log.info(about, 'Callback received');
        return;
      }
      context.unknownTypes += 1;
      log.info({ ...about, unknown_callbacks: context.unknownTypes }, 'Callback of an unknown type received');
  }
}

function tellReady(
  others: readonly FactOf<'callback'>[],
  { at, conversationId, recording }: FactOf<'callback'>,
  log: Log,
): void {
  const { key, durationSec, wrong = [] } = recording ?? {};
  const about = { conversation_id: conversationId };
  const startedMs = RECORDING_KEY.exec(key ?? '')?.groups?.['epochMs'];
  if (wrong.length > 0 || startedMs === undefined) {
    evidence(log).error({ ...about, wrong }, 'Recording announced where it should not be');
    return;
  }
  const isKnown = others.some((one) => one.event === TAVUS_EVENTS.ready && one.recording?.key === key);
  if (isKnown) {
    log.debug({ ...about, key }, 'Recording announced again');
    return;
  }
  const endedMs = Number(startedMs) + (durationSec ?? 0) * 1000;
  evidence(log).info(
    { ...about, key, duration_sec: durationSec, delay_ms: Math.max(0, at - endedMs) },
    'Recording announced',
  );
}
