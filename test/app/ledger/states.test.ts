import { factKey, readFact, type Fact } from '../../../app/ledger/facts';
import { PRECEDENCE, STATE_NAMES, stateOf, STATES, type LedgerState } from '../../../app/ledger/states';
import { Random } from '../random';
import {
  after,
  anyFact,
  anyStart,
  copyFailed,
  created,
  days,
  erased,
  expected,
  ID,
  judged,
  keyAt,
  misplaced,
  page,
  ready,
  seen,
  shuffled,
  shutdown,
  told,
} from './facts';

const UNRECORDED = expected({ isRecorded: false, reason: 'not-wanted' });
const ADOPTED: Fact = {
  kind: 'outcome',
  at: after(90),
  result: 'created',
  conversationId: ID,
  adopted: true,
};
/** A call that was recorded from second 10 to second 20, up to its end. */
const RECORDED = [
  expected(),
  created(),
  page(5, 'joined'),
  page(10, 'recording-started', { recordingId: 'first' }),
  page(20, 'recording-stopped', { recordingId: 'first' }),
  page(30, 'ended'),
];
const LANDED = [...RECORDED, ready(60, 10), seen(70, 10)];
const TOLD_MISSING = [...RECORDED, judged(1000, 1, 'missing', 'unknown'), told(1001, 1)];

const isNoEnd = (one: Fact): boolean => one.kind !== 'page' || one.event !== 'ended';

const SCENARIOS: readonly (readonly [LedgerState, string, readonly Fact[]])[] = [
  ['starting', 'nothing but the expectation', [expected()]],
  ['starting', 'a conversation without a participant yet', [expected(), created()]],
  [
    'starting',
    'a room that refused, which can be mended',
    [...RECORDED.slice(0, 3), page(9, 'recording-error')],
  ],
  [
    'not-created',
    'Tavus had no free slot',
    [expected(), { kind: 'outcome', at: after(1), result: 'not-created', problem: 'busy' }],
  ],
  ['abandoned', 'cut off', [expected(), { kind: 'outcome', at: after(400), result: 'abandoned' }]],
  ['not-expected', 'the person wanted none', [UNRECORDED, created(), page(5, 'joined'), shutdown(60)]],
  [
    'not-expected',
    'the watch judged that no recording was due',
    [...RECORDED, judged(900, 1, 'fine', 'too-short')],
  ],
  ['unwanted', 'announced although the person wanted none', [UNRECORDED, created(), ready(60, 10)]],
  ['unwanted', 'seen although the person wanted none', [UNRECORDED, created(), seen(60, 10)]],
  ['unwanted', 'announced in another bucket', [UNRECORDED, created(), misplaced(60)]],
  ['unwanted', 'recorded, and not copied', [UNRECORDED, created(), copyFailed(60, 10)]],
  [
    'no-call',
    'Tavus gave up waiting',
    [expected(), created(), shutdown(301, 'participant_absent_timeout reached')],
  ],
  ['no-call', 'judged so', [expected(), created(), judged(900, 1, 'no-call')]],
  ['recording', 'a page says so', RECORDED.slice(0, 4)],
  ['recording', 'asking twice gives an error', [...RECORDED.slice(0, 4), page(12, 'recording-error')]],
  ['recording', 'one of several has left', [...RECORDED.slice(0, 4), page(12, 'left')]],
  ['waiting', 'the recording was stopped', RECORDED.slice(0, 5)],
  ['waiting', 'the page ended the call', RECORDED],
  ['waiting', 'Tavus says that the call is over', [...RECORDED.slice(0, 4), shutdown(30)]],
  ['waiting', 'it could not be copied', [...RECORDED, copyFailed(60, 10)]],
  ['waiting', 'it was announced in another bucket', [...RECORDED, misplaced(60, keyAt(10))]],
  ['waiting', 'it was announced, and is not there', [...RECORDED, ready(60, 10), seen(61, 10, 'nothing')]],
  ['waiting', 'the watch stopped looking', [...RECORDED, judged(900, 1, 'closed')]],
  ['announced', 'the bucket was not checked', [...RECORDED, ready(60, 10)]],
  ['announced', 'of two, one was seen', [...LANDED, ready(90, 80)]],
  ['announced', 'it could not be copied at first', [...RECORDED, copyFailed(60, 10), ready(90, 10)]],
  ['announced', 'a page reports nothing', [expected(), created(), ready(60, 10)]],
  [
    'announced',
    'a page that does not report a join',
    [expected(), created(), shutdown(301, 'participant_absent_timeout reached'), ready(360, 10)],
  ],
  ['landed', 'seen', LANDED],
  ['landed', 'seen, not announced', [...RECORDED, seen(70, 10)]],
  ['landed', 'seen when it was looked for again', [...RECORDED, seen(60, 10, 'nothing'), seen(70, 10)]],
  ['partial', 'cut off', [...RECORDED, ready(60, 10), seen(70, 10, 'partial')]],
  ['partial', 'not playable', [...RECORDED, ready(60, 10), seen(70, 10, 'not-playable')]],
  ['partial', 'another key', [...RECORDED, ready(60, 10), seen(70, 10, 'wrong-encryption')]],
  ['partial', 'overwritten after it was seen', [...LANDED, seen(80, 10, 'overwritten', { versionId: 'v2' })]],
  ['partial', 'judged shorter than reported', [...RECORDED, ready(60, 10), judged(900, 1, 'partial')]],
  ['missing', 'judged so', [...RECORDED, judged(1000, 1, 'missing', 'unknown')]],
  ['missing', 'and told', TOLD_MISSING],
  ['missing', 'the watch stopped looking', [...TOLD_MISSING, judged(days(8), 2, 'closed')]],
  ['missing', 'the second of two', [...LANDED, judged(1000, 1, 'missing', 'unknown')]],
  [
    'missing',
    'announced, not there, and announced again',
    [...RECORDED, ready(60, 10), seen(61, 10, 'nothing'), judged(1000, 1, 'missing'), ready(1100, 10)],
  ],
  ['unannounced', 'judged so', [...RECORDED, judged(1000, 1, 'unannounced', 'unknown')]],
  [
    'recording',
    'refused, told, and mended',
    [...TOLD_MISSING.filter(isNoEnd), page(1010, 'recording-started')],
  ],
  [
    'recording',
    'told, come late, and another one runs',
    [...TOLD_MISSING.filter(isNoEnd), page(1010, 'recording-started'), ready(1100, 10)],
  ],
  ['late', 'announced after it was told', [...TOLD_MISSING, ready(1100, 10)]],
  ['late', 'seen after it was told', [...TOLD_MISSING, seen(1100, 10)]],
  ['late', 'judged fine after it was told', [...TOLD_MISSING, ready(999, 10), judged(1100, 2, 'fine')]],
  [
    'announced',
    'announced after it was judged and before it was told',
    [...RECORDED, judged(1000, 1, 'missing'), ready(1001, 10)],
  ],
  [
    'announced',
    'announced while the judgement was made',
    [...RECORDED, judged(1000, 1, 'unannounced'), ready(1000.1, 10)],
  ],
  ['gone', 'before its day', [...LANDED, seen(days(3), 10, 'nothing')]],
  [
    'gone',
    'before its expiry, and checked again after it',
    [...LANDED, seen(days(3), 10, 'nothing'), seen(days(40), 10, 'nothing')],
  ],
  ['gone', 'in the last hours of its last day', [...LANDED, seen(days(30) + 3600, 10, 'nothing')]],
  ['landed', 'gone, and back again', [...LANDED, seen(days(3), 10, 'nothing'), seen(days(4), 10)]],
  ['expired', 'on its day', [...LANDED, seen(days(31), 10, 'nothing')]],
  [
    'expired',
    'on the day that S3 reported, not on the computed one',
    [...RECORDED, seen(70, 10, 'intact', { expiresMs: after(days(5)) }), seen(days(6), 10, 'nothing')],
  ],
  [
    'gone',
    'before the day that S3 reported',
    [...RECORDED, seen(70, 10, 'intact', { expiresMs: after(days(50)) }), seen(days(31), 10, 'nothing')],
  ],
  ['landed', 'one of two has expired', [...LANDED, seen(90, 80), seen(days(31), 10, 'nothing')]],
  ['erased', 'begun', [...LANDED, erased(90)]],
  ['erased', 'and nothing is there any more', [...LANDED, erased(90), seen(99, 10, 'nothing')]],
  ['erased', 'and an announcement came late', [...RECORDED, erased(90), ready(99, 10)]],
  ['back', 'seen after it', [...LANDED, erased(90), seen(99, 10, 'intact', { versionId: 'v2' })]],
  ['erased', 'once more', [...LANDED, erased(90), seen(99, 10), erased(120, 'again')]],
  ['waiting', 'known by Tavus alone, call over', [ADOPTED, shutdown(90)]],
  ['announced', 'known by Tavus alone', [ADOPTED, shutdown(90), ready(95, 10)]],
  ['not-expected', 'known by Tavus alone, judged', [ADOPTED, shutdown(90), judged(999, 1, 'fine')]],
];

test.each(SCENARIOS)('%s: %s', (state, _case, facts) => {
  expect(stateOf(facts).state).toBe(state);
});

test('every state of the table has a scenario, and a rule that leads to it', () => {
  const states = [...STATE_NAMES].toSorted();
  expect([...new Set(SCENARIOS.map(([state]) => state))].toSorted()).toEqual(states);
  expect([...new Set(PRECEDENCE.map(({ state }) => state))].toSorted()).toEqual(states);
});

describe('whether a newer recording was started than the announced one', () => {
  const starts = (...seconds: number[]) => seconds.map((second) => page(second, 'recording-started'));
  test.each([
    ['nothing was reported', [], 'announced'],
    ['its own start was reported at once', [1], 'announced'],
    ['its own start was reported after its end, because it was short', [15], 'announced'],
    ['its page came back while it ran', [1, 9], 'announced'],
    ['one was started before it', [-300], 'announced'],
    ['another was started after its end', [1, 11], 'recording'],
    ['another was started after its end, and its own start was not reported', [90], 'recording'],
  ] as const)('%s: %j', (_case, seconds, state) => {
    expect(stateOf([expected(), created(), ready(100, 0), ...starts(...seconds)]).state).toBe(state);
  });

  const BOTH = [...RECORDED.slice(0, 5), page(25, 'recording-started', { recordingId: 'second' })];

  test('the first is announced while the second runs, stops, is announced, and is seen', () => {
    const facts = [...BOTH, ready(40, 10)];
    const states = [
      ready(41, 10),
      page(50, 'recording-stopped'),
      ready(60, 25),
      seen(70, 10),
      seen(71, 25),
    ].map((one) => {
      facts.push(one);
      return stateOf(facts).state;
    });
    expect(states).toEqual(['recording', 'waiting', 'announced', 'announced', 'landed']);
  });

  test('two pages reporting the same recording count as one start', () => {
    const second = page(21, 'recording-started', { recordingId: 'first', session: 'two' });
    expect(stateOf([...RECORDED.slice(0, 4), second, ready(60, 10)]).state).toBe('announced');
    const another = page(21, 'recording-started', { recordingId: 'second', session: 'two' });
    expect(stateOf([...RECORDED.slice(0, 4), another, ready(60, 10)]).state).toBe('recording');
  });

  test('is decided by our clock: a page with a slow clock does not hide a second start', () => {
    const slow = [0, 20].map((second) => page(second, 'recording-started', { pageAt: after(second - 3600) }));
    expect(stateOf([expected(), created(), ...slow, ready(60, 0)]).state).toBe('recording');
  });

  test("reordered reports of one page count in the page's order", () => {
    const stopped = page(10, 'recording-stopped', { pageAt: after(9) });
    const started = page(11, 'recording-started', { pageAt: after(1) });
    expect(stateOf([expected(), created(), stopped, started]).state).toBe('waiting');
  });

  test('a failure that the watch judged harmless does not delay the state', () => {
    expect(stateOf([...BOTH, ready(40, 10), judged(900, 1, 'fine', 'too-short')]).state).toBe('announced');
  });

  test('if the second could not be copied, the first stays listed', () => {
    const facts = [...RECORDED, ready(40, 10), copyFailed(60, 25)];
    expect(stateOf(facts)).toMatchObject({ state: 'waiting', recordings: [{ key: keyAt(10) }] });
    expect(stateOf([...facts, judged(900, 1, 'missing', 'not-copied')]).state).toBe('missing');
  });
});

describe('other details of the state', () => {
  test('recordings, oldest first, with seen values before announced ones', () => {
    const facts = [
      ...RECORDED,
      ready(61, 25, 5),
      ready(60, 10),
      seen(70, 10, 'intact', { bytes: 2048, durationSec: 9.5 }),
    ];
    expect(stateOf(facts)).toEqual({
      state: 'announced',
      conversationId: ID,
      isHeld: false,
      recordings: [
        {
          key: keyAt(10),
          whereabouts: 'intact',
          verified: true,
          bytes: 2048,
          durationSec: 9.5,
          startedMs: after(10),
          expiresMs: Date.UTC(2026, 6, 2),
        },
        {
          key: keyAt(25),
          whereabouts: 'announced',
          verified: false,
          durationSec: 5,
          startedMs: after(25),
          expiresMs: Date.UTC(2026, 6, 2),
        },
      ],
    });
  });

  test.each([
    ['of the judgement that stands', TOLD_MISSING, 'unknown'],
    ['of the last judgement', [...TOLD_MISSING, judged(1100, 2, 'missing', 'role')], 'role'],
    ['not of one that was overruled', [...TOLD_MISSING, seen(1100, 10)], undefined],
    ['why none was wanted', [UNRECORDED, created()], 'not-wanted'],
    [
      'why there is no conversation',
      [expected(), { kind: 'outcome', at: after(1), result: 'not-created', problem: 'busy' } as const],
      'busy',
    ],
  ])('the cause %s', (_case, facts, cause) => {
    expect(stateOf(facts).cause).toBe(cause);
  });

  test('an object with another kind of key is no recording', () => {
    const odd = seen(70, 10, 'intact', { key: `tavus/${ID}/captions.vtt` });
    expect(stateOf([...RECORDED, odd])).toMatchObject({ state: 'waiting', recordings: [] });
  });
});

describe('the facts of a start', () => {
  const SEEDS = Array.from({ length: 1500 }, (_, seed) => seed);

  test('give the same state in any order, with duplicates too', () => {
    for (const seed of SEEDS) {
      const random = new Random(seed);
      const facts = anyStart(random);
      const again = shuffled(random, [...facts, ...facts.filter(() => random.chance(0.5))]);
      expect({ seed, ...stateOf(again) }).toEqual({ seed, ...stateOf(facts) });
    }
  });

  test('are read from their rows unchanged, each with its own key', () => {
    for (const seed of SEEDS.slice(0, 300)) {
      const facts = anyStart(new Random(seed));
      expect(facts.map((one) => readFact(JSON.parse(JSON.stringify(one))))).toEqual(facts);
      const keys = new Map(facts.map((one) => [factKey(one, (text) => text), one]));
      expect(stateOf([...keys.values()])).toEqual(stateOf(facts));
    }
  });

  /** Sequences of facts that random tests rarely find. */
  const WAYS: Readonly<Partial<Record<LedgerState, readonly ((random: Random) => readonly Fact[])[]>>> = {
    landed: [
      anyStart,
      () => LANDED,
      () => LANDED.filter(isNoEnd),
      () => [...RECORDED, judged(50, 1, 'missing'), seen(70, 10)],
    ],
    erased: [(random) => [...anyStart(random), erased(1000)]],
    back: [(random) => [...anyStart(random), erased(1000), seen(1001, 10)]],
  };

  /** Facts in order, up to a state, and one more. */
  function moves(from: LedgerState): Set<LedgerState> {
    const found = new Set<LedgerState>();
    for (const seed of SEEDS) {
      const random = new Random(seed);
      const facts = [...random.pick(WAYS[from] ?? [])(random)];
      for (let n = 0; n < 5; n += 1) {
        const second =
          Math.max(2000, ...facts.map(({ at }) => (at - after(0)) / 1000)) + 1 + random.below(60);
        const before = stateOf(facts).state;
        facts.push(anyFact(random, second, facts));
        if (before === from) found.add(stateOf(facts).state);
      }
    }
    found.delete(from);
    return found;
  }

  test.each(STATE_NAMES.filter((state) => STATES[state].leadsTo !== undefined))(
    'lead from %s to each allowed state of the table, and to no other',
    (state) => {
      expect([...moves(state)].toSorted()).toEqual([...(STATES[state].leadsTo ?? [])].toSorted());
    },
  );
});

test('a state that raises an alert does not count as good', () => {
  const alarms = STATE_NAMES.filter((state) => STATES[state].isTold);
  expect(alarms.filter((state) => STATES[state].counts === 'good')).toEqual([]);
});
