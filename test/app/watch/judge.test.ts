import type { Fact, FactOf } from '../../../app/ledger/facts';
import { stateOf } from '../../../app/ledger/states';
import type { TavusLook } from '../../../app/watch/causes';
import { CLOSED, decide, noticeOf, type Decision } from '../../../app/watch/judge';
import {
  after,
  callback,
  created,
  days,
  erased,
  expected,
  misplaced,
  page,
  ready,
  shutdown,
  told,
} from '../ledger/facts';

const DEADLINE_MIN = 15;
const OVER: TavusLook = { kind: 'read', isActive: false, events: 3 };
const RUNS: TavusLook = { kind: 'read', isActive: true, events: 3 };
const AWAY: TavusLook = { kind: 'unreadable', sinceMs: after(0) };

const at = (second: number, facts: readonly Fact[], tavus: TavusLook = { kind: 'not-asked' }): Decision =>
  decide(facts, { nowMs: after(second), deadlineMin: DEADLINE_MIN, tavus });

/** What a decision says, with times in seconds. */
const said = (decision: Decision) =>
  decision.kind === 'ask-tavus'
    ? 'ask-tavus'
    : {
        verdict: decision.judgement?.verdict,
        cause: decision.judgement?.cause,
        next: decision.nextMs === undefined ? undefined : (decision.nextMs - after(0)) / 1000,
      };

/** What was judged is written down, and told if that is due. */
function judgedBy(
  decision: Decision,
  second: number,
  facts: readonly Fact[],
  isTold = true,
): readonly Fact[] {
  if (decision.kind === 'ask-tavus' || decision.judgement === undefined) return facts;
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
  test('is by the longest call while nobody knows the end', () => {
    expect(said(at(20, RECORDED))).toMatchObject({ verdict: undefined, next: LONGEST + 15 * MIN });
  });

  test('is by the end once that is known', () => {
    const facts = [...RECORDED, shutdown(600)];
    expect(said(at(601, facts))).toMatchObject({ next: 600 + 15 * MIN });
  });

  test('leaves a long recording a quarter of its time', () => {
    const facts = [expected({ longestCallSec: 36_000 }), ...RECORDED.slice(1), shutdown(14_410)];
    expect(said(at(14_420, facts))).toMatchObject({ next: 14_410 + 3600 });
  });

  test('believes the time of Tavus of an end that we were told late', () => {
    const end = callback(5000, 'system.shutdown', { timestamp: new Date(after(600)).toISOString() });
    expect(said(at(5000, [...RECORDED, end]))).toBe('ask-tavus');
  });

  test('does not believe a time that cannot be', () => {
    const end = callback(600, 'system.shutdown', { timestamp: '1970-01-01T00:00:00.000Z' });
    expect(said(at(601, [...RECORDED, end]))).toMatchObject({ next: 600 + 15 * MIN });
  });

  test('takes a fraction of a minute', () => {
    const facts = [...RECORDED, shutdown(20)];
    const decision = decide(facts, { nowMs: after(20), deadlineMin: 0.5, tavus: { kind: 'not-asked' } });
    expect(said(decision)).toMatchObject({ next: 50 });
  });

  test('nothing is concluded of what is missing before Tavus was asked', () => {
    expect(said(at(600 + 15 * MIN, [...RECORDED, shutdown(600)]))).toBe('ask-tavus');
  });

  test('what was announced needs no question, and is over', () => {
    const facts = [...RECORDED, shutdown(600), ready(630, 10, 590)];
    expect(said(at(640, facts))).toMatchObject({ next: 600 + 15 * MIN });
    expect(said(at(600 + 15 * MIN, facts))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: undefined,
    });
  });
});

describe('what can be mended', () => {
  const refused = [...CALL, page(9, 'asked'), page(12, 'recording-error', { error: 'refused' })];

  test('is looked at again 60 s after the room has said no', () => {
    expect(said(at(13, refused))).toMatchObject({ verdict: undefined, next: 72 });
  });

  test('is told then, without Tavus', () => {
    expect(said(at(72, refused))).toMatchObject({ verdict: 'unannounced', cause: 'room-refused' });
  });

  test('is not told when a recording has started by then', () => {
    const facts = [...refused, page(70, 'recording-started', { recordingId: 'r1' })];
    expect(said(at(72, facts))).toMatchObject({ verdict: undefined });
  });

  test('is told of one that broke off while it ran', () => {
    const facts = [...RECORDED, page(30, 'recording-error', { error: 'other' })];
    expect(said(at(89, facts))).toMatchObject({ verdict: undefined, next: 90 });
    expect(said(at(90, facts))).toMatchObject({ verdict: 'unannounced', cause: 'broke-off' });
  });

  test('counts from when we were told: what the page did next may be on its way', () => {
    const late = page(200, 'recording-error', { error: 'refused', pageAt: after(12) });
    expect(said(at(201, [...CALL, late]))).toMatchObject({ verdict: undefined, next: 260 });
  });

  test('waits for the deadline where a page names no session, because several may be meant', () => {
    const unnamed = [
      page(10, 'recording-started', { session: undefined }),
      page(30, 'recording-error', { error: 'other', session: undefined }),
    ];
    expect(said(at(300, [expected(), created(), ...unnamed]))).toMatchObject({ verdict: undefined });
  });

  test('waits for the deadline where something else explains it', () => {
    expect(said(at(300, [...refused, misplaced(200)]))).toMatchObject({ verdict: undefined });
  });

  test('is taken back as soon as the recording was announced all the same', () => {
    const known = judgedBy(at(72, refused), 72, refused);
    const facts = [...known, page(90, 'recording-started', { recordingId: 'r1' }), ready(700, 90, 500)];
    const decision = at(701, facts);
    expect(said(decision)).toMatchObject({ verdict: 'fine' });
    const now = judgedBy(decision, 701, facts, false);
    expect(noticeOf(now)?.kind).toBe('late');
    expect(stateOf(now).state).toBe('late');
  });
});

describe('a missing recording', () => {
  const missing = [...RECORDED, shutdown(600)];
  const DUE = 600 + 15 * MIN;

  test('is judged once, and looked for again at ever longer intervals', () => {
    const first = at(DUE, missing, OVER);
    expect(said(first)).toEqual({ verdict: 'unannounced', cause: 'not-announced', next: DUE + 5 * MIN });
    const known = judgedBy(first, DUE, missing);
    expect(said(at(DUE + 3600, known, OVER))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: DUE + 3600 + 1800,
    });
    expect(said(at(DUE + days(3), known, OVER))).toMatchObject({ next: DUE + days(3) + 12 * 3600 });
  });

  test('is closed after seven days, and Tavus is not asked again', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    const last = at(DUE + days(7), known, OVER);
    expect(last).toMatchObject({ closes: true });
    expect(said(last)).toMatchObject({ next: undefined });
    const closed: Fact = { kind: 'judged', at: after(DUE + days(7)), n: 2, ...CLOSED };
    expect(at(DUE + days(8), [...known, closed])).toEqual({ kind: 'decided', closes: false });
    expect(stateOf([...known, closed]).state).toBe('unannounced');
  });

  test('is told even if nobody looked for more than seven days', () => {
    const decision = at(DUE + days(8), missing, OVER);
    expect(said(decision)).toMatchObject({ verdict: 'unannounced' });
    expect(decision).toMatchObject({ closes: true });
  });

  test('is taken back after it was closed', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    const closed: Fact = { kind: 'judged', at: after(DUE + days(7)), n: 2, ...CLOSED };
    const facts = [...known, closed, ready(DUE + days(9), 10, 590)];
    const now = judgedBy(at(DUE + days(9), facts), DUE + days(9), facts, false);
    expect(noticeOf(now)).toMatchObject({ kind: 'late', judged: { n: 3 } });
  });

  test('waits for a call that Tavus says is still running, two hours at most', () => {
    const late = LONGEST + 15 * MIN;
    expect(said(at(late, RECORDED, RUNS))).toMatchObject({ verdict: undefined, next: late + 5 * MIN });
    expect(said(at(late + 7200, RECORDED, RUNS))).toMatchObject({ verdict: 'unannounced', cause: 'unknown' });
  });

  test('is not waited for when Tavus itself has said that the call is over', () => {
    expect(said(at(DUE, missing, RUNS))).toMatchObject({ cause: 'not-announced' });
  });

  test('whose state was overruled by another recording is judged again', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    const facts = [...known, page(DUE + 60, 'recording-started', { recordingId: 'r2', session: 'two' })];
    expect(stateOf(facts).state).not.toBe('unannounced');
    expect(said(at(DUE + 120, facts, OVER))).toMatchObject({ verdict: 'unannounced' });
  });
});

describe('without Tavus', () => {
  const missing = [...RECORDED, shutdown(600)];
  const DUE = 600 + 15 * MIN;

  test('nothing is concluded for half an hour, and it is asked every minute', () => {
    expect(said(at(DUE + 29 * MIN, missing, AWAY))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: DUE + 30 * MIN,
    });
  });

  test('that itself is told then, with the time since when', () => {
    const decision = at(DUE + 30 * MIN, missing, AWAY);
    expect(said(decision)).toMatchObject({ verdict: 'unannounced', cause: 'tavus-unreadable' });
    expect(JSON.stringify(decision)).toContain('not readable since 2026-06-01T10:00:00.000Z');
  });

  test('the real cause is told, too, once Tavus answers', () => {
    const known = judgedBy(at(DUE + 30 * MIN, missing, AWAY), DUE + 30 * MIN, missing);
    expect(noticeOf(known)).toBeUndefined();
    const now = judgedBy(at(DUE + 3600, known, OVER), DUE + 3600, known, false);
    expect(noticeOf(now)).toMatchObject({ kind: 'bad', judged: { n: 2, cause: 'not-announced' } });
  });

  test('a cause that was found is not taken back by its going away again', () => {
    const known = judgedBy(at(DUE, missing, OVER), DUE, missing);
    expect(said(at(DUE + 3600, known, AWAY))).toMatchObject({ verdict: undefined });
  });

  test('it is taken back when it turns out that nobody came', () => {
    const nobody = [expected(), created()];
    const due = LONGEST + 15 * MIN + 30 * MIN;
    const known = judgedBy(at(due, nobody, AWAY), due, nobody);
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

  test('is due until it was told', () => {
    expect(noticeOf(judgedOnce)).toMatchObject({ kind: 'bad', judged: { n: 1 } });
    expect(noticeOf([...judgedOnce, told(DUE, 1)])).toBeUndefined();
  });

  test('is not due again for another cause', () => {
    const facts = [...judgedOnce, told(DUE, 1), page(DUE + 1, 'recording-error', { error: 'role' })];
    const now = judgedBy(at(DUE + 300, facts, OVER), DUE + 300, facts, false);
    expect(stateOf(now)).toMatchObject({ state: 'unannounced', cause: 'role-refused' });
    expect(noticeOf(now)).toBeUndefined();
  });

  test('takes back also what may have been told before a crash', () => {
    const facts = [...judgedOnce, ready(DUE + 60, 10, 590)];
    const now = judgedBy(at(DUE + 61, facts), DUE + 61, facts, false);
    expect(noticeOf(now)).toMatchObject({ kind: 'late', judged: { n: 2 } });
    expect(noticeOf([...now, told(DUE + 61, 2)])).toBeUndefined();
  });

  test('is never due of a good recording', () => {
    expect(noticeOf([...missing, ready(630, 10, 590)])).toBeUndefined();
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
  expect(said(at(1600, facts))).toEqual({ verdict: 'fine', cause: 'too-short', next: undefined });
});
