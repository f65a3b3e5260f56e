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

/** What a decision says, with times in seconds. */
const said = (decision: VisitDecision) =>
  decision.kind !== 'decided'
    ? decision.kind
    : {
        verdict: decision.judgement?.verdict,
        cause: decision.judgement?.cause,
        next: decision.nextMs === undefined ? undefined : (decision.nextMs - after(0)) / 1000,
      };

/** What was judged is written down, and told if that is due. */
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

  test("uses Tavus's time for an end that was reported late", () => {
    const end = callback(5000, 'system.shutdown', { timestamp: new Date(after(600)).toISOString() });
    expect(said(at(5000, [...RECORDED, end]))).toBe('ask-tavus');
  });

  test('ignores an implausible time', () => {
    const end = callback(600, 'system.shutdown', { timestamp: '1970-01-01T00:00:00.000Z' });
    expect(said(at(601, [...RECORDED, end]))).toMatchObject({ next: 600 + 15 * MIN });
  });

  test('takes a fraction of a minute', () => {
    const facts = [...RECORDED, shutdown(20)];
    const decision = decide(facts, {
      nowMs: after(20),
      deadlineMin: 0.5,
      tavus: NOT_ASKED,
      bucket: NO_BUCKET,
    });
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

describe('a fault that can still be fixed', () => {
  const refused = [...CALL, page(9, 'asked'), page(12, 'recording-error', { error: 'refused' })];

  test('is looked at again 60 s after the room has said no', () => {
    expect(said(at(13, refused))).toMatchObject({ verdict: undefined, next: 72 });
  });

  test('is alerted then, without asking Tavus', () => {
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

  test('is alerted even if no process watched for more than seven days', () => {
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

  test('it is withdrawn when it turns out that no participant joined', () => {
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
  /** Told at a time, if it was not before. */
  const toldAt = (second: number, facts: readonly Fact[], bucket: BucketEvidence) =>
    judgedBy(at(second, facts, OVER, bucket), second, facts);
  const noticeAt = (
    second: number,
    facts: readonly Fact[],
    bucket: BucketEvidence,
    tavus: TavusLook = OVER,
  ) => noticeOf(judgedBy(at(second, facts, tavus, bucket), second, facts, false));

  test('what was announced is looked for at once, and until the deadline no more', () => {
    expect(said(at(631, announced, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(said(at(632, landed, NOT_ASKED, NOT_LOOKED))).toMatchObject({ verdict: undefined, next: DUE });
  });

  test('what was announced again is looked for again', () => {
    expect(said(at(701, [...landed, ready(700, 10, 590)], NOT_ASKED, NOT_LOOKED))).toBe('look');
  });

  test('what was announced and is not there is looked for every minute, and told at the deadline', () => {
    const facts = [...announced, seen(631, 10, 'nothing')];
    expect(said(at(632, facts, NOT_ASKED, READ))).toMatchObject({ verdict: undefined, next: 692 });
    expect(said(at(692, facts, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(said(at(DUE, facts, OVER, READ))).toMatchObject({ verdict: 'missing', cause: 'not-there' });
  });

  test('is looked into at the deadline, after Tavus has said what it announced', () => {
    expect(said(at(DUE, ended, NOT_ASKED, NOT_LOOKED))).toBe('ask-tavus');
    expect(said(at(DUE, ended, OVER, NOT_LOOKED))).toBe('look');
    expect(said(at(DUE, ended, OVER, READ))).toMatchObject({ verdict: 'missing', cause: 'not-stored' });
  });

  test('is looked into at the deadline, though all is there: it may have been deleted, or another one come', () => {
    expect(said(at(DUE, landed, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(said(at(DUE, landed, NOT_ASKED, READ))).toEqual({
      verdict: undefined,
      cause: undefined,
      next: undefined,
    });
  });

  test('with a recording that was not announced is good, with a hint about callbacks', () => {
    const facts = [...ended.filter(({ kind }) => kind !== 'callback'), page(600, 'ended'), seen(DUE, 10)];
    const decision = at(DUE, facts, OVER, READ);
    expect(said(decision)).toMatchObject({ verdict: 'fine', cause: undefined, next: undefined });
    expect(JSON.stringify(decision)).toContain('No callback has arrived at all');
    expect(noticeAt(DUE, facts, READ)).toBeUndefined();
    expect(stateOf(toldAt(DUE, facts, READ)).state).toBe('landed');
  });

  test('what is there and flawed is told at once, while the call may go on', () => {
    const facts = [...RECORDED, ready(630, 10, 590), seen(631, 10, 'not-playable', { why: 'no-media' })];
    expect(said(at(632, facts, NOT_ASKED, READ))).toMatchObject({
      verdict: 'partial',
      cause: 'not-playable',
    });
    expect(noticeAt(632, facts, READ)).toMatchObject({ kind: 'bad' });
    expect(noticeAt(DUE, toldAt(632, facts, READ), READ)).toBeUndefined();
  });

  test('what is whole after it was told as flawed takes that back', () => {
    const flawed = [...announced, seen(631, 10, 'partial', { why: 'cut-off' })];
    const facts = [...toldAt(632, flawed, READ), ready(800, 10, 590), seen(801, 10)];
    expect(noticeAt(802, facts, READ)).toMatchObject({ kind: 'late' });
  });

  describe('that receives an upload', () => {
    test.each<readonly [number, string | undefined, string]>([
      [9, undefined, 'a part came nine minutes ago'],
      [10, 'missing', 'the last part is ten minutes old'],
    ])('%i minutes ago, it is put off: %s', (minutes, verdict) => {
      expect(said(at(DUE, ended, OVER, uploading(DUE - minutes * MIN)))).toMatchObject({ verdict });
    });

    test('that was announced all the same is waited for, too', () => {
      const facts = [...announced, seen(631, 10, 'nothing')];
      expect(said(at(DUE, facts, OVER, uploading(DUE - 60)))).toMatchObject({ verdict: undefined });
      expect(said(at(DUE, facts, OVER, uploading(500)))).toMatchObject({ cause: 'not-there' });
    });

    test('is waited for two hours at most', () => {
      expect(said(at(DUE + 7199, ended, OVER, uploading(DUE + 7100)))).toMatchObject({
        verdict: undefined,
        next: DUE + 7199 + 5 * MIN,
      });
      expect(said(at(DUE + 7200, ended, OVER, uploading(DUE + 7100)))).toMatchObject({
        verdict: 'missing',
        cause: 'upload-left',
      });
    });
  });

  describe('that cannot be read', () => {
    test('nothing is missing, and it is asked every minute', () => {
      expect(said(at(DUE + 29 * MIN, ended, OVER, DENIED))).toEqual({
        verdict: undefined,
        cause: undefined,
        next: DUE + 30 * MIN,
      });
    });

    test('that itself is told then, as not announced, with the time since when', () => {
      const decision = at(DUE + 30 * MIN, ended, OVER, DENIED);
      expect(said(decision)).toMatchObject({ verdict: 'unannounced', cause: 'bucket-unreadable' });
      expect(JSON.stringify(decision)).toContain('not readable since 2026-06-01T10:00:05.000Z (denied)');
    });

    test('is waited for as long when it could be read until then', () => {
      const denied: BucketEvidence = { kind: 'unreadable', reason: 'denied', sinceMs: after(DUE + 3600) };
      expect(said(at(DUE + 3600 + 29 * MIN, ended, OVER, denied))).toMatchObject({ verdict: undefined });
      expect(said(at(DUE + 3600 + 30 * MIN, ended, OVER, denied))).toMatchObject({
        cause: 'bucket-unreadable',
      });
    });

    test('what was announced is no alarm, and is looked for until it was seen, or for seven days', () => {
      expect(said(at(631, announced, NOT_ASKED, DENIED))).toMatchObject({ verdict: undefined, next: 691 });
      expect(said(at(DUE, announced, NOT_ASKED, DENIED))).toMatchObject({
        verdict: undefined,
        next: DUE + (DUE - 5) / 2,
      });
      const lately: BucketEvidence = { ...DENIED, sinceMs: after(days(2)) };
      expect(said(at(days(2) + 60, announced, NOT_ASKED, lately))).toMatchObject({
        next: days(2) + 60 + 5 * MIN,
      });
      expect(said(at(DUE + days(7), announced, NOT_ASKED, DENIED))).toMatchObject({ next: undefined });
      expect(stateOf(announced).state).toBe('announced');
    });

    test('is told once, and so is the real cause when it can be read again', () => {
      const known = toldAt(DUE + 30 * MIN, ended, DENIED);
      expect(noticeAt(DUE + 40 * MIN, known, DENIED)).toBeUndefined();
      expect(noticeAt(DUE + 50 * MIN, known, READ)).toMatchObject({
        kind: 'bad',
        judged: { verdict: 'missing', cause: 'not-stored' },
      });
    });

    test('takes back nothing that was seen', () => {
      const missing = toldAt(DUE, ended, READ);
      expect(said(at(DUE + 3600, missing, OVER, DENIED))).toMatchObject({ verdict: undefined });
      expect(said(at(DUE, landed, OVER, DENIED))).toMatchObject({
        verdict: undefined,
        next: DUE + (DUE - 5) / 2,
      });
    });
  });

  test('what was told as not announced is not told again as missing for the same cause', () => {
    const known = toldAt(DUE, ended, NO_BUCKET);
    const decision = at(DUE + 300, known, OVER, READ);
    expect(said(decision)).toMatchObject({ verdict: 'missing' });
    expect(noticeAt(DUE + 300, known, READ)).toBeUndefined();
  });

  test('what was told early is told as missing', () => {
    const refused = [...CALL, page(9, 'asked'), page(12, 'recording-error', { error: 'refused' })];
    expect(said(at(72, refused, NOT_ASKED, NOT_LOOKED))).toBe('look');
    expect(said(at(72, refused, NOT_ASKED, READ))).toMatchObject({
      verdict: 'missing',
      cause: 'room-refused',
    });
    expect(said(at(72, refused, NOT_ASKED, DENIED))).toMatchObject({ verdict: 'unannounced' });
  });

  test('what is gone is told once, although it had been told as flawed', () => {
    const flawed = [...announced, seen(631, 10, 'partial', { why: 'cut-off' })];
    const facts = [...toldAt(632, flawed, READ), seen(days(2), 10, 'nothing')];
    expect(noticeAt(days(2), facts, READ)).toMatchObject({ judged: { verdict: 'gone', cause: 'gone' } });
    const now = toldAt(days(2), facts, READ);
    expect(said(at(days(3), now, OVER, READ))).toMatchObject({ verdict: undefined, next: undefined });
  });

  test('a second recording that is missing is told, although the first had been told as flawed', () => {
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
  ] as const)('%s is told once, and not looked for', (verdict, facts) => {
    const decision = at(900, facts, NOT_ASKED, NOT_LOOKED);
    expect(said(decision)).toEqual({ verdict, cause: verdict, next: undefined });
    const now = toldAt(900, facts, NOT_LOOKED);
    expect(now.at(-1)).toEqual(told(900, 1));
    expect(said(at(901, now, NOT_ASKED, NOT_LOOKED))).toMatchObject({ verdict: undefined });
  });

  test('what was looked for long enough is not looked for any more', () => {
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
  expect(said(at(1600, facts))).toEqual({ verdict: 'fine', cause: 'too-short', next: undefined });
});
