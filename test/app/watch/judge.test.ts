import type { Fact, FactOf } from '../../../app/ledger/facts';
import { stateOf } from '../../../app/ledger/states';
import type { BucketEvidence, TavusLook } from '../../../app/watch/causes';
import { CLOSED, decide, noticeOf, type VisitDecision } from '../../../app/watch/judge';
import {
  after,
  callback,
  created,
  days,
  erased,
  expected,
  keyAt,
  misplaced,
  page,
  ready,
  seen,
  shutdown,
  told,
} from '../ledger/facts';

const DEADLINE_MIN = 15;
const OVER: TavusLook = { kind: 'read', isActive: false, events: 3 };
const RUNS: TavusLook = { kind: 'read', isActive: true, events: 3 };
const AWAY: TavusLook = { kind: 'unreadable', sinceMs: after(0) };

const NOT_ASKED = { kind: 'not-asked' } as const;
const NO_BUCKET: BucketEvidence = { kind: 'none' };

const at = (
  second: number,
  facts: readonly Fact[],
  tavus: TavusLook = NOT_ASKED,
  bucket: BucketEvidence = NO_BUCKET,
): VisitDecision => decide(facts, { nowMs: after(second), deadlineMin: DEADLINE_MIN, tavus, bucket });

/** A decision, with times in seconds. */
const summarize = (decision: VisitDecision) =>
  decision.kind !== 'decided'
    ? decision.kind
    : {
        verdict: decision.judgement?.verdict,
        cause: decision.judgement?.cause,
        next: decision.nextMs === undefined ? undefined : (decision.nextMs - after(0)) / 1000,
      };

/** Stores the judged fact, and the notice if it is due. */
function judgedBy(
  decision: VisitDecision,
  second: number,
  facts: readonly Fact[],
  isTold = true,
): readonly Fact[] {
  if (decision.kind !== 'decided' || decision.judgement === undefined) return facts;
  const n = facts.filter(({ kind }) => kind === 'judged').length + 1;
  const judged: FactOf<'judged'> = { kind: 'judged', at: after(second), n, ...decision.judgement };
  const known = [...facts, judged];
  return isTold && noticeOf(known) !== undefined ? [...known, told(second, n)] : known;
}

const CALL = [expected(), created(), callback(4, 'system.replica_joined'), page(8, 'joined')];
const RECORDED = [...CALL, page(9, 'asked'), page(10, 'recording-started', { recordingId: 'r1' })];
const MIN = 60;
/** Longest call and time to join. */
const LONGEST = 3600 + 300;

describe('the deadline', () => {
  test('is computed from the longest call while the end is unknown', () => {
    expect(summarize(at(20, RECORDED))).toMatchObject({ verdict: undefined, next: LONGEST + 15 * MIN });
  });

  test('is computed from the end once that is known', () => {
    const facts = [...RECORDED, shutdown(600)];
    expect(summarize(at(601, facts))).toMatchObject({ next: 600 + 15 * MIN });
  });

  test('allows a quarter of the duration for a long recording', () => {
    const facts = [expected({ longestCallSec: 36_000 }), ...RECORDED.slice(1), shutdown(14_410)];
    expect(summarize(at(14_420, facts))).toMatchObject({ next: 14_410 + 3600 });
  });

  test("uses Tavus's time for an end that was reported late", () => {
    const end = callback(5000, 'system.shutdown', { timestamp: new Date(after(600)).toISOString() });
    expect(summarize(at(5000, [...RECORDED, end]))).toBe('ask-tavus');
  });

  test('ignores an implausible time', () => {
    const end = callback(600, 'system.shutdown', { timestamp: '1970-01-01T00:00:00.000Z' });
    expect(summarize(at(601, [...RECORDED, end]))).toMatchObject({ next: 600 + 15 * MIN });
  });

  test('can have a fraction of a minute', () => {
    const facts = [...RECORDED, shutdown(20)];
    const decision = decide(facts, {
      nowMs: after(20),
      deadlineMin: 0.5,
      tavus: NOT_ASKED,
      bucket: NO_BUCKET,
    });
    expect(summarize(decision)).toMatchObject({ next: 50 });
  });

  test('does not make a recording missing before Tavus was asked', () => {
    expect(summarize(at(600 + 15 * MIN, [...RECORDED, shutdown(600)]))).toBe('ask-tavus');
  });

  test('needs no request to Tavus for an announced recording', () => {
    const facts = [...RECORDED, shutdown(600), ready(630, 10, 590)];
    expect(summarize(at(640, facts))).toMatchObject({ next: 600 + 15 * MIN });
    expect(summarize(at(600 + 15 * MIN, facts))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: undefined,
    });
  });
});

describe('a fault that the person can still correct', () => {
  const refused = [...CALL, page(9, 'asked'), page(12, 'recording-error', { error: 'refused' })];

  test('is checked 60 s after the room refused', () => {
    expect(summarize(at(13, refused))).toMatchObject({ verdict: undefined, next: 72 });
  });

  test('is reported then, without a request to Tavus', () => {
    expect(summarize(at(72, refused))).toMatchObject({ verdict: 'unannounced', cause: 'room-refused' });
  });

  test('is not reported if a recording has started by then', () => {
    const facts = [...refused, page(70, 'recording-started', { recordingId: 'r1' })];
    expect(summarize(at(72, facts))).toMatchObject({ verdict: undefined });
  });

  test('is reported for a recording that broke off', () => {
    const facts = [...RECORDED, page(30, 'recording-error', { error: 'other' })];
    expect(summarize(at(89, facts))).toMatchObject({ verdict: undefined, next: 90 });
    expect(summarize(at(90, facts))).toMatchObject({ verdict: 'unannounced', cause: 'broke-off' });
  });

  test("counts from our receipt, because the page's next report may be in transit", () => {
    const late = page(200, 'recording-error', { error: 'refused', pageAt: after(12) });
    expect(summarize(at(201, [...CALL, late]))).toMatchObject({ verdict: undefined, next: 260 });
  });

  test('waits for the deadline if a page names no session, because there may be several', () => {
    const unnamed = [
      page(10, 'recording-started', { session: undefined }),
      page(30, 'recording-error', { error: 'other', session: undefined }),
    ];
    expect(summarize(at(300, [expected(), created(), ...unnamed]))).toMatchObject({ verdict: undefined });
  });

  test('waits for the deadline if another cause explains it', () => {
    expect(summarize(at(300, [...refused, misplaced(200)]))).toMatchObject({ verdict: undefined });
  });

  test('is withdrawn as soon as the recording is announced', () => {
    const known = judgedBy(at(72, refused), 72, refused);
    const facts = [...known, page(90, 'recording-started', { recordingId: 'r1' }), ready(700, 90, 500)];
    const decision = at(701, facts);
    expect(summarize(decision)).toMatchObject({ verdict: 'fine' });
    const now = judgedBy(decision, 701, facts, false);
    expect(noticeOf(now)?.kind).toBe('late');
    expect(stateOf(now).state).toBe('late');
  });
});

describe('a missing recording', () => {
  const missing = [...RECORDED, shutdown(600)];
  const DUE = 600 + 15 * MIN;

  test('is judged once, and checked again at growing intervals', () => {
    const first = at(DUE, missing, OVER);
    expect(summarize(first)).toEqual({ verdict: 'unannounced', cause: 'not-announced', next: DUE + 5 * MIN });
    const known = judgedBy(first, DUE, missing);
    expect(summarize(at(DUE + 3600, known, OVER))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: DUE + 3600 + 1800,
    });
    expect(summarize(at(DUE + days(3), known, OVER))).toMatchObject({ next: DUE + days(3) + 12 * 3600 });
  });

  test('is closed after seven days, without more requests to Tavus', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    const last = at(DUE + days(7), known, OVER);
    expect(last).toMatchObject({ closes: true });
    expect(summarize(last)).toMatchObject({ next: undefined });
    const closed: Fact = { kind: 'judged', at: after(DUE + days(7)), n: 2, ...CLOSED };
    expect(at(DUE + days(8), [...known, closed])).toEqual({ kind: 'decided', closes: false });
    expect(stateOf([...known, closed]).state).toBe('unannounced');
  });

  test('is reported even if no process watched for more than seven days', () => {
    const decision = at(DUE + days(8), missing, OVER);
    expect(summarize(decision)).toMatchObject({ verdict: 'unannounced' });
    expect(decision).toMatchObject({ closes: true });
  });

  test('is withdrawn even after it was closed', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    const closed: Fact = { kind: 'judged', at: after(DUE + days(7)), n: 2, ...CLOSED };
    const facts = [...known, closed, ready(DUE + days(9), 10, 590)];
    const now = judgedBy(at(DUE + days(9), facts), DUE + days(9), facts, false);
    expect(noticeOf(now)).toMatchObject({ kind: 'late', judged: { n: 3 } });
  });

  test('is not judged while Tavus says that the call is running, for at most two hours', () => {
    const late = LONGEST + 15 * MIN;
    expect(summarize(at(late, RECORDED, RUNS))).toMatchObject({ verdict: undefined, next: late + 5 * MIN });
    expect(summarize(at(late + 7200, RECORDED, RUNS))).toMatchObject({
      verdict: 'unannounced',
      cause: 'unknown',
    });
  });

  test('is judged once Tavus says that the call is over', () => {
    expect(summarize(at(DUE, missing, RUNS))).toMatchObject({ cause: 'not-announced' });
  });

  test('whose state was replaced by another recording is judged again', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    const facts = [...known, page(DUE + 60, 'recording-started', { recordingId: 'r2', session: 'two' })];
    expect(stateOf(facts).state).not.toBe('unannounced');
    expect(summarize(at(DUE + 120, facts, OVER))).toMatchObject({ verdict: 'unannounced' });
  });
});

describe('while Tavus cannot be reached', () => {
  const missing = [...RECORDED, shutdown(600)];
  const DUE = 600 + 15 * MIN;

  test('no result is reported for half an hour, and Tavus is asked every minute', () => {
    expect(summarize(at(DUE + 29 * MIN, missing, AWAY))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: DUE + 30 * MIN,
    });
  });

  test('then this is reported, with the time since when', () => {
    const decision = at(DUE + 30 * MIN, missing, AWAY);
    expect(summarize(decision)).toMatchObject({ verdict: 'unannounced', cause: 'tavus-unreadable' });
    expect(JSON.stringify(decision)).toContain('not readable since 2026-06-01T10:00:00.000Z');
  });

  test('the real cause is reported, too, once Tavus responds', () => {
    const known = judgedBy(at(DUE + 30 * MIN, missing, AWAY), DUE + 30 * MIN, missing);
    expect(noticeOf(known)).toBeUndefined();
    const now = judgedBy(at(DUE + 3600, known, OVER), DUE + 3600, known, false);
    expect(noticeOf(now)).toMatchObject({ kind: 'bad', judged: { n: 2, cause: 'not-announced' } });
  });

  test('a found cause is not withdrawn by another outage', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    expect(summarize(at(DUE + 3600, known, AWAY))).toMatchObject({ verdict: undefined });
  });

  test('the report is withdrawn if no participant joined', () => {
    const noParticipant = [expected(), created()];
    const due = LONGEST + 15 * MIN + 30 * MIN;
    const known = judgedBy(at(due, noParticipant, AWAY), due, noParticipant);
    const facts = [
      ...known,
      callback(due + 60, 'system.shutdown', {
        via: 'read',
        timestamp: new Date(after(300)).toISOString(),
        reason: 'participant_absent_timeout reached',
      }),
    ];
    const now = judgedBy(at(due + 60, facts, OVER), due + 60, facts, false);
    expect(noticeOf(now)?.kind).toBe('not-due');
  });
});

describe('a notice', () => {
  const missing = [...RECORDED, shutdown(600)];
  const DUE = 600 + 15 * MIN;
  const judgedOnce = judgedBy(at(DUE, missing, OVER), DUE, missing, false);

  test('is due until it was logged', () => {
    expect(noticeOf(judgedOnce)).toMatchObject({ kind: 'bad', judged: { n: 1 } });
    expect(noticeOf([...judgedOnce, told(DUE, 1)])).toBeUndefined();
  });

  test('is not due again for another cause', () => {
    const facts = [...judgedOnce, told(DUE, 1), page(DUE + 1, 'recording-error', { error: 'role' })];
    const now = judgedBy(at(DUE + 300, facts, OVER), DUE + 300, facts, false);
    expect(stateOf(now)).toMatchObject({ state: 'unannounced', cause: 'role-refused' });
    expect(noticeOf(now)).toBeUndefined();
  });

  test('also withdraws a report that may have been logged before a crash', () => {
    const facts = [...judgedOnce, ready(DUE + 60, 10, 590)];
    const now = judgedBy(at(DUE + 61, facts), DUE + 61, facts, false);
    expect(noticeOf(now)).toMatchObject({ kind: 'late', judged: { n: 2 } });
    expect(noticeOf([...now, told(DUE + 61, 2)])).toBeUndefined();
  });

  test('is never due for a good recording', () => {
    expect(noticeOf([...missing, ready(630, 10, 590)])).toBeUndefined();
  });
});

describe('with the bucket', () => {
  const NOT_LOOKED: BucketEvidence = { kind: 'not-looked' };
  const READ: BucketEvidence = { kind: 'read', uploads: [], unexplained: [] };
  const DENIED: BucketEvidence = { kind: 'unreadable', reason: 'denied', sinceMs: after(5) };
  const uploading = (lastPartSec: number): BucketEvidence => ({
    ...READ,
    uploads: [{ key: keyAt(10), uploadId: 'u', startedMs: after(10), lastPartMs: after(lastPartSec) }],
  });
  const ended = [...RECORDED, shutdown(600)];
  const announced = [...ended, ready(630, 10, 590)];
  const landed = [...announced, seen(631, 10)];
  const DUE = 600 + 15 * MIN;
  /** The notice at a time, unless it was sent before. */
  const toldAt = (second: number, facts: readonly Fact[], bucket: BucketEvidence) =>
    judgedBy(at(second, facts, OVER, bucket), second, facts);
  const noticeAt = (
    second: number,
    facts: readonly Fact[],
    bucket: BucketEvidence,
    tavus: TavusLook = OVER,
  ) => noticeOf(judgedBy(at(second, facts, tavus, bucket), second, facts, false));

  test('an announced recording is checked at once, and again at the deadline', () => {
    expect(summarize(at(631, announced, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(summarize(at(632, landed, NOT_ASKED, NOT_LOOKED))).toMatchObject({
      verdict: undefined,
      next: DUE,
    });
  });

  test('a recording announced again is checked again', () => {
    expect(summarize(at(701, [...landed, ready(700, 10, 590)], NOT_ASKED, NOT_LOOKED))).toBe('look');
  });

  test('an announced recording without an object is checked every minute, and reported at the deadline', () => {
    const facts = [...announced, seen(631, 10, 'nothing')];
    expect(summarize(at(632, facts, NOT_ASKED, READ))).toMatchObject({ verdict: undefined, next: 692 });
    expect(summarize(at(692, facts, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(summarize(at(DUE, facts, OVER, READ))).toMatchObject({ verdict: 'missing', cause: 'not-there' });
  });

  test("the bucket is checked at the deadline, after Tavus's events", () => {
    expect(summarize(at(DUE, ended, NOT_ASKED, NOT_LOOKED))).toBe('ask-tavus');
    expect(summarize(at(DUE, ended, OVER, NOT_LOOKED))).toBe('look');
    expect(summarize(at(DUE, ended, OVER, READ))).toMatchObject({ verdict: 'missing', cause: 'not-stored' });
  });

  test('the bucket is checked at the deadline even if all is there, because a recording may have been deleted or added', () => {
    expect(summarize(at(DUE, landed, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(summarize(at(DUE, landed, NOT_ASKED, READ))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: undefined,
    });
  });

  test('an unannounced recording is good, with a hint about callbacks', () => {
    const facts = [...ended.filter(({ kind }) => kind !== 'callback'), page(600, 'ended'), seen(DUE, 10)];
    const decision = at(DUE, facts, OVER, READ);
    expect(summarize(decision)).toMatchObject({ verdict: 'fine', cause: undefined, next: undefined });
    expect(JSON.stringify(decision)).toContain('No callback has arrived at all');
    expect(noticeAt(DUE, facts, READ)).toBeUndefined();
    expect(stateOf(toldAt(DUE, facts, READ)).state).toBe('landed');
  });

  test('a faulty recording is reported at once, even during the call', () => {
    const facts = [...RECORDED, ready(630, 10, 590), seen(631, 10, 'not-playable', { why: 'no-media' })];
    expect(summarize(at(632, facts, NOT_ASKED, READ))).toMatchObject({
      verdict: 'partial',
      cause: 'not-playable',
    });
    expect(noticeAt(632, facts, READ)).toMatchObject({ kind: 'bad' });
    expect(noticeAt(DUE, toldAt(632, facts, READ), READ)).toBeUndefined();
  });

  test('an intact recording withdraws the report of a faulty one', () => {
    const flawed = [...announced, seen(631, 10, 'partial', { why: 'cut-off' })];
    const facts = [...toldAt(632, flawed, READ), ready(800, 10, 590), seen(801, 10)];
    expect(noticeAt(802, facts, READ)).toMatchObject({ kind: 'late' });
  });

  describe('with an upload in progress', () => {
    test.each<readonly [number, string | undefined, string]>([
      [9, undefined, 'a part came nine minutes ago'],
      [10, 'missing', 'the last part is ten minutes old'],
    ])('since %i minutes, the deadline is extended: %s', (minutes, verdict) => {
      expect(summarize(at(DUE, ended, OVER, uploading(DUE - minutes * MIN)))).toMatchObject({ verdict });
    });

    test('an announced recording is waited for, too', () => {
      const facts = [...announced, seen(631, 10, 'nothing')];
      expect(summarize(at(DUE, facts, OVER, uploading(DUE - 60)))).toMatchObject({ verdict: undefined });
      expect(summarize(at(DUE, facts, OVER, uploading(500)))).toMatchObject({ cause: 'not-there' });
    });

    test('the wait is two hours at most', () => {
      expect(summarize(at(DUE + 7199, ended, OVER, uploading(DUE + 7100)))).toMatchObject({
        verdict: undefined,
        next: DUE + 7199 + 5 * MIN,
      });
      expect(summarize(at(DUE + 7200, ended, OVER, uploading(DUE + 7100)))).toMatchObject({
        verdict: 'missing',
        cause: 'upload-left',
      });
    });
  });

  describe('that cannot be read', () => {
    test('no recording is missing, and the check is repeated every minute', () => {
      expect(summarize(at(DUE + 29 * MIN, ended, OVER, DENIED))).toEqual({
        verdict: undefined,
        cause: undefined,
        next: DUE + 30 * MIN,
      });
    });

    test('then this is reported, as not announced, with the time since when', () => {
      const decision = at(DUE + 30 * MIN, ended, OVER, DENIED);
      expect(summarize(decision)).toMatchObject({ verdict: 'unannounced', cause: 'bucket-unreadable' });
      expect(JSON.stringify(decision)).toContain('not readable since 2026-06-01T10:00:05.000Z (denied)');
    });

    test('the wait is as long if it could be read until then', () => {
      const denied: BucketEvidence = { kind: 'unreadable', reason: 'denied', sinceMs: after(DUE + 3600) };
      expect(summarize(at(DUE + 3600 + 29 * MIN, ended, OVER, denied))).toMatchObject({ verdict: undefined });
      expect(summarize(at(DUE + 3600 + 30 * MIN, ended, OVER, denied))).toMatchObject({
        cause: 'bucket-unreadable',
      });
    });

    test('an announced recording is not reported, and is checked until seen, for at most seven days', () => {
      expect(summarize(at(631, announced, NOT_ASKED, DENIED))).toMatchObject({
        verdict: undefined,
        next: 691,
      });
      expect(summarize(at(DUE, announced, NOT_ASKED, DENIED))).toMatchObject({
        verdict: undefined,
        next: DUE + (DUE - 5) / 2,
      });
      const lately: BucketEvidence = { ...DENIED, sinceMs: after(days(2)) };
      expect(summarize(at(days(2) + 60, announced, NOT_ASKED, lately))).toMatchObject({
        next: days(2) + 60 + 5 * MIN,
      });
      expect(summarize(at(DUE + days(7), announced, NOT_ASKED, DENIED))).toMatchObject({ next: undefined });
      expect(stateOf(announced).state).toBe('announced');
    });

    test('this is reported once, and so is the real cause once it can be read', () => {
      const known = toldAt(DUE + 30 * MIN, ended, DENIED);
      expect(noticeAt(DUE + 40 * MIN, known, DENIED)).toBeUndefined();
      expect(noticeAt(DUE + 50 * MIN, known, READ)).toMatchObject({
        kind: 'bad',
        judged: { verdict: 'missing', cause: 'not-stored' },
      });
    });

    test('no seen recording is withdrawn', () => {
      const missing = toldAt(DUE, ended, READ);
      expect(summarize(at(DUE + 3600, missing, OVER, DENIED))).toMatchObject({ verdict: undefined });
      expect(summarize(at(DUE, landed, OVER, DENIED))).toMatchObject({
        verdict: undefined,
        next: DUE + (DUE - 5) / 2,
      });
    });
  });

  test('a recording reported as not announced is not reported again as missing for the same cause', () => {
    const known = toldAt(DUE, ended, NO_BUCKET);
    const decision = at(DUE + 300, known, OVER, READ);
    expect(summarize(decision)).toMatchObject({ verdict: 'missing' });
    expect(noticeAt(DUE + 300, known, READ)).toBeUndefined();
  });

  test('a recording reported early is reported as missing', () => {
    const refused = [...CALL, page(9, 'asked'), page(12, 'recording-error', { error: 'refused' })];
    expect(summarize(at(72, refused, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(summarize(at(72, refused, NOT_ASKED, READ))).toMatchObject({
      verdict: 'missing',
      cause: 'room-refused',
    });
    expect(summarize(at(72, refused, NOT_ASKED, DENIED))).toMatchObject({ verdict: 'unannounced' });
  });

  test('a gone recording is reported once, although it had been reported as faulty', () => {
    const flawed = [...announced, seen(631, 10, 'partial', { why: 'cut-off' })];
    const facts = [...toldAt(632, flawed, READ), seen(days(2), 10, 'nothing')];
    expect(noticeAt(days(2), facts, READ)).toMatchObject({ judged: { verdict: 'gone', cause: 'gone' } });
    const now = toldAt(days(2), facts, READ);
    expect(summarize(at(days(3), now, OVER, READ))).toMatchObject({ verdict: undefined, next: undefined });
  });

  test('a second missing recording is reported, although the first had been reported as faulty', () => {
    const flawed = [
      ...announced,
      page(601, 'recording-started', { recordingId: 'r2' }),
      seen(631, 10, 'partial', { why: 'cut-off' }),
    ];
    const facts = toldAt(632, flawed, READ);
    expect(noticeAt(DUE + 30 * MIN, facts, READ, AWAY)).toMatchObject({
      judged: { verdict: 'missing', cause: 'tavus-unreadable' },
    });
  });

  test.each([
    ['unwanted', [expected({ isRecorded: false, reason: 'no-consent' }), created(), ready(60, 10)]],
    ['back', [...landed, erased(700), seen(800, 10)]],
  ] as const)('%s is reported once, and not checked again', (verdict, facts) => {
    const decision = at(900, facts, NOT_ASKED, NOT_LOOKED);
    expect(summarize(decision)).toEqual({ verdict, cause: verdict, next: undefined });
    const now = toldAt(900, facts, NOT_LOOKED);
    expect(now.at(-1)).toEqual(told(900, 1));
    expect(summarize(at(901, now, NOT_ASKED, NOT_LOOKED))).toMatchObject({ verdict: undefined });
  });

  test('a recording is not checked any more after the last interval', () => {
    const closed: Fact = { kind: 'judged', at: after(DUE + days(7)), n: 2, ...CLOSED };
    const facts = [...toldAt(DUE, ended, READ), closed];
    expect(at(DUE + days(8), facts, NOT_ASKED, NOT_LOOKED)).toEqual({ kind: 'decided', closes: false });
    const now = [...facts, seen(DUE + days(8), 10)];
    expect(noticeAt(DUE + days(8), now, NOT_LOOKED)).toMatchObject({ kind: 'late' });
  });
});

test.each<readonly [string, readonly Fact[]]>([
  ['was not to be recorded', [expected({ isRecorded: false, reason: 'disabled' }), created()]],
  ['was erased', [...RECORDED, erased(700)]],
])('a start that %s is over', (_title, facts) => {
  expect(at(days(1), facts)).toEqual({ kind: 'decided', closes: false });
});

test('too short, although Tavus cannot be asked', () => {
  const facts = [...RECORDED, page(15, 'recording-stopped', { recordingId: 'r1' }), shutdown(600)];
  expect(summarize(at(1600, facts))).toEqual({ verdict: 'fine', cause: 'too-short', next: undefined });
});
