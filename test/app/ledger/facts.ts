import { TAVUS_EVENTS, type Fact, type FactOf } from '../../../app/ledger/facts';
import type { Random } from '../random';

/** The time of the expectation of every start in the tests. */
export const NOW = Date.UTC(2026, 5, 1, 10, 0, 0);
export const ID = 'c1';
export const after = (seconds: number): number => NOW + seconds * 1000;
export const keyAt = (second: number): string => `tavus/${ID}/${after(second)}`;
const DAY_SEC = 86_400;
export const days = (count: number): number => count * DAY_SEC;

export const expected = (given: Partial<FactOf<'expected'>> = {}): Fact => ({
  kind: 'expected',
  at: NOW,
  isRecorded: true,
  storage: { bucket: 'acme-recordings', region: 'us-east-1', retentionDays: 30 },
  longestCallSec: 3600,
  absentSec: 300,
  callsBack: true,
  ...given,
});

export const created = (): Fact => ({
  kind: 'outcome',
  at: after(1),
  result: 'created',
  conversationId: ID,
});

export const page = (
  second: number,
  event: FactOf<'page'>['event'],
  given: Partial<FactOf<'page'>> = {},
): Fact => ({
  kind: 'page',
  at: after(second),
  reportId: `${event}-${second}`,
  event,
  pageAt: after(second),
  session: 'one',
  ...given,
});

export const callback = (second: number, event: string, given: Partial<FactOf<'callback'>> = {}): Fact => ({
  kind: 'callback',
  at: after(second),
  conversationId: ID,
  event,
  timestamp: new Date(after(second)).toISOString(),
  via: 'sent',
  ...given,
});

/** Tavus announces, at a time, a recording that began at another. */
export const ready = (second: number, start: number, durationSec = 10): Fact =>
  callback(second, TAVUS_EVENTS.ready, { recording: { key: keyAt(start), durationSec, wrong: [] } });
export const misplaced = (second: number, key?: string): Fact =>
  callback(second, TAVUS_EVENTS.ready, {
    recording: { ...(key === undefined ? {} : { key }), wrong: ['bucket'] },
  });
export const copyFailed = (second: number, start: number): Fact =>
  callback(second, TAVUS_EVENTS.copyFailed, {
    recording: { key: keyAt(start), durationSec: 10, wrong: [] },
    reason: 'DESTINATION_AUTH_FAILED',
  });
export const shutdown = (second: number, reason = 'end_conversation_endpoint_hit'): Fact =>
  callback(second, TAVUS_EVENTS.shutdown, { reason });

export const seen = (
  second: number,
  start: number,
  found: FactOf<'seen'>['found'] = 'intact',
  given: Partial<FactOf<'seen'>> = {},
): Fact => ({ kind: 'seen', at: after(second), key: keyAt(start), found, ...given });

export const judged = (
  second: number,
  n: number,
  verdict: FactOf<'judged'>['verdict'],
  cause?: string,
): Fact => ({
  kind: 'judged',
  at: after(second),
  n,
  verdict,
  evidence: [],
  ...(cause === undefined ? {} : { cause }),
});
export const told = (second: number, n: number): Fact => ({ kind: 'told', at: after(second), n });
export const erased = (second: number, step = 'begun'): Fact => ({ kind: 'erased', at: after(second), step });

export const shuffled = <T>(random: Random, list: readonly T[]): T[] =>
  list
    .map((one) => ({ one, rank: random.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ one }) => one);

/** Facts of a start that can arrive at any time, regardless of earlier facts. */
export function anyFact(random: Random, second: number, known: readonly Fact[]): Fact {
  const start = random.pick([10, 100, 200]);
  const judgements = known.filter(({ kind }) => kind === 'judged').length;
  const given = {
    session: random.pick(['one', 'two']),
    pageAt: after(second + random.below(200) - 100),
    ...(random.chance(0.5) ? { recordingId: `recording ${start}` } : {}),
  };
  const makers: readonly (() => Fact)[] = [
    () => page(second, random.pick(['joined', 'left', 'asked', 'recording-error']), given),
    () => page(second, random.pick(['recording-started', 'recording-stopped']), given),
    () => page(second, 'ended'),
    () => ready(second, start),
    () => ready(second, start),
    () => misplaced(second, random.chance(0.5) ? keyAt(start) : undefined),
    () => copyFailed(second, start),
    () => shutdown(second, random.pick(['participant_absent_timeout reached', 'max_call_duration reached'])),
    () => callback(second, 'application.transcription_ready'),
    () => seen(second, start, random.pick(['partial', 'not-playable', 'wrong-encryption', 'overwritten'])),
    () => seen(second, start, random.pick(['intact', 'nothing'])),
    () => seen(second + days(40), start, 'nothing'),
    () =>
      judged(
        second,
        judgements,
        random.pick(['missing', 'unannounced', 'partial', 'no-call', 'fine', 'closed']),
        'unknown',
      ),
    () => told(second, random.below(Math.max(1, judgements))),
    () => erased(second, `step ${second}`),
    () => ({ kind: 'overflow', at: after(second) }),
    () => ({ kind: 'person', at: after(second), of: 'start', name: 'Ada' }),
  ];
  return random.pick(makers)();
}

/** A start with any facts, one after another. */
export function anyStart(random: Random): readonly Fact[] {
  const expectation = random.pick([
    [expected()],
    [expected()],
    [expected({ isRecorded: false, reason: 'no-consent' })],
    [],
  ]);
  const outcome = random.pick<() => Fact[]>([
    () => [created()],
    () => [created()],
    () => [created()],
    () => [{ kind: 'outcome', at: after(1), result: 'not-created', problem: 'busy' }],
    () => [{ kind: 'outcome', at: after(1), result: 'abandoned' }],
    () => [],
  ])();
  const facts: Fact[] = [...expectation, ...outcome];
  let second = 2;
  for (let count = random.below(12); count > 0; count -= 1) {
    facts.push(anyFact(random, second, facts));
    second += random.below(60);
  }
  return facts;
}
