import { CAUSE_NAMES, type BucketEvidence, type Cause, type TavusLook } from '../../../app/watch/causes';
import { decide, type Judgement } from '../../../app/watch/judge';
import type { Fact, FactOf, Flaw } from '../../../app/ledger/facts';
import { stateOf, type LedgerState } from '../../../app/ledger/states';
import {
  after,
  callback,
  copyFailed,
  created,
  days,
  erased,
  expected,
  judged,
  keyAt,
  misplaced,
  page,
  ready,
  seen,
  shutdown,
} from '../ledger/facts';

/** After every deadline of these calls, but before any start is closed. */
const LATE_SEC = 4 * 86_400;

const OVER: TavusLook = { kind: 'read', isActive: false, events: 3 };
const AWAY: TavusLook = { kind: 'unreadable', sinceMs: after(0) };

/** The final decision. */
function conclude({ facts, tavus = OVER, bucket = { kind: 'none' } }: Scenario): Judgement | undefined {
  const circumstances = { nowMs: after(LATE_SEC), deadlineMin: 15 };
  let asked: TavusLook = { kind: 'not-asked' };
  let looked: BucketEvidence = bucket.kind === 'none' ? bucket : { kind: 'not-looked' };
  let decision = decide(facts, { ...circumstances, tavus: asked, bucket: looked });
  while (decision.kind !== 'decided') {
    if (decision.kind === 'look') looked = bucket;
    else asked = tavus;
    decision = decide(facts, { ...circumstances, tavus: asked, bucket: looked });
  }
  return decision.judgement;
}

/** State and cause after that decision. */
function become(scenario: Scenario): readonly [LedgerState, string?] {
  const { facts } = scenario;
  const judgement = conclude(scenario);
  const { state, cause } = stateOf(
    judgement === undefined ? facts : [...facts, { kind: 'judged', at: after(LATE_SEC), n: 1, ...judgement }],
  );
  return cause === undefined ? [state] : [state, cause];
}

const STARTED = { recordingId: 'r1', instanceId: 'i1' };
const CALL = [expected(), created(), callback(4, 'system.replica_joined')];
const IN = page(8, 'joined');
const ASKED = [...CALL, IN, page(9, 'asked')];
const RECORDED = [...ASKED, page(10, 'recording-started', STARTED)];
const END = shutdown(600, 'participant_left_timeout reached');
const OTHER = { session: 'two' };

interface Scenario {
  readonly facts: readonly Fact[];
  readonly tavus?: TavusLook;
  /** @default the backend cannot read the bucket */
  readonly bucket?: BucketEvidence;
}
interface Row {
  /** Facts with this cause. */
  readonly true: Readonly<Record<string, Scenario>>;
  /** Similar facts with another cause. */
  readonly other: Readonly<Record<string, Scenario & { readonly is: readonly [LedgerState, string?] }>>;
}

const READ: BucketEvidence = { kind: 'read', uploads: [], unexplained: [] };
const DENIED: BucketEvidence = { kind: 'unreadable', reason: 'denied', sinceMs: after(0) };
/** An incomplete upload of a recording that began at second 10 by default. */
const uploading = (lastPartSec?: number, start = 10): BucketEvidence => ({
  ...READ,
  uploads: [
    {
      key: keyAt(start),
      uploadId: 'u1',
      startedMs: after(start),
      lastPartMs: lastPartSec === undefined ? undefined : after(lastPartSec),
    },
  ],
});
const UNRECORDED = [expected({ isRecorded: false, reason: 'no-consent' }), created(), IN, END];
const WHOLE = { bytes: 9000, durationSec: 590 };
const ANNOUNCED = [...RECORDED, END, ready(630, 10, 590)];
const LANDED = [...ANNOUNCED, seen(631, 10, 'intact', WHOLE)];
/** Announced, and seen as faulty. */
const flawed = (found: FactOf<'seen'>['found'], why: Flaw, given: object = WHOLE): readonly Fact[] => [
  ...ANNOUNCED,
  seen(631, 10, found, { why, ...given }),
];
const MENDED = {
  'it was delivered again, and is whole now': {
    facts: [...flawed('partial', 'cut-off'), ready(700, 10, 590), seen(701, 10, 'intact', WHOLE)],
    bucket: READ,
    is: ['landed'] as const,
  },
};

const TABLE: Readonly<Record<Cause, Row>> = {
  unwanted: {
    true: {
      'announced without consent': {
        facts: [...UNRECORDED, ready(630, 10, 590)],
      },
      'seen without consent': {
        facts: [...UNRECORDED, seen(630, 10)],
        bucket: READ,
      },
    },
    other: {
      'nothing was recorded': { facts: UNRECORDED, bucket: READ, is: ['not-expected', 'no-consent'] },
      'it was erased': {
        facts: [...UNRECORDED, seen(630, 10), erased(700)],
        bucket: READ,
        is: ['erased', 'no-consent'],
      },
    },
  },
  back: {
    true: { 'seen after its erasure': { facts: [...LANDED, erased(700), seen(900, 10)], bucket: READ } },
    other: {
      'nothing was seen after its erasure': {
        facts: [...LANDED, erased(700), seen(900, 10, 'nothing')],
        bucket: READ,
        is: ['erased'],
      },
      'the announcement came after its erasure': {
        facts: [...RECORDED, END, erased(620), ready(630, 10, 590)],
        is: ['erased'],
      },
    },
  },
  gone: {
    true: {
      'it was deleted on the third day': {
        facts: [...LANDED, seen(days(3), 10, 'nothing')],
        bucket: READ,
      },
    },
    other: {
      'it exists': { facts: LANDED, bucket: READ, is: ['landed'] },
      'the bucket deleted it on its day': {
        facts: [...LANDED, seen(days(31), 10, 'nothing')],
        bucket: READ,
        is: ['expired'],
      },
      'the bucket could not be read any more': { facts: LANDED, bucket: DENIED, is: ['landed'] },
      'it exists again': {
        facts: [...LANDED, seen(days(3), 10, 'nothing'), seen(days(3) + 60, 10, 'intact', WHOLE)],
        bucket: READ,
        is: ['landed'],
      },
    },
  },
  overwritten: {
    true: {
      'another object overwrote it': {
        facts: [...LANDED, seen(900, 10, 'overwritten', { versionId: 'v2', why: 'replaced' })],
        bucket: READ,
      },
    },
    other: {
      'it was delivered again': {
        facts: [...LANDED, ready(900, 10, 590), seen(901, 10, 'intact', { ...WHOLE, versionId: 'v2' })],
        bucket: READ,
        is: ['landed'],
      },
    },
  },
  empty: {
    true: { 'it is empty': { facts: flawed('not-playable', 'empty', { bytes: 0 }), bucket: READ } },
    other: {
      'it is not there at all': {
        facts: [...ANNOUNCED, seen(631, 10, 'nothing')],
        bucket: READ,
        is: ['missing', 'not-there'],
      },
    },
  },
  'not-playable': {
    true: {
      'it is no media file': { facts: flawed('not-playable', 'no-media', { bytes: 90 }), bucket: READ },
      'it has neither video nor audio': { facts: flawed('not-playable', 'no-track'), bucket: READ },
    },
    other: {
      'it is empty': {
        facts: flawed('not-playable', 'empty', { bytes: 0 }),
        bucket: READ,
        is: ['partial', 'empty'],
      },
    },
  },
  'cut-off': {
    true: { 'its index names more bytes than exist': { facts: flawed('partial', 'cut-off'), bucket: READ } },
    other: MENDED,
  },
  'wrong-encryption': {
    true: {
      'SSE-S3 instead of KMS': {
        facts: flawed('wrong-encryption', 'other-encryption', { ...WHOLE, encryption: 's3' }),
        bucket: READ,
      },
      'and seen before the bucket was denied': {
        facts: flawed('wrong-encryption', 'other-encryption'),
        bucket: DENIED,
      },
    },
    other: {
      'another key': {
        facts: flawed('wrong-encryption', 'other-key'),
        bucket: READ,
        is: ['partial', 'wrong-key'],
      },
    },
  },
  'wrong-key': {
    true: { 'another key than configured': { facts: flawed('wrong-encryption', 'other-key'), bucket: READ } },
    other: {
      'the promised one': { facts: LANDED, bucket: READ, is: ['landed'] },
    },
  },
  shorter: {
    true: {
      'Tavus announced more': {
        facts: flawed('partial', 'shorter-than-announced', { ...WHOLE, durationSec: 300 }),
        bucket: READ,
      },
      'the page saw it go on for longer': {
        facts: [
          ...RECORDED,
          page(510, 'recording-stopped', STARTED),
          END,
          ready(630, 10, 400),
          seen(631, 10, 'intact', { ...WHOLE, durationSec: 400 }),
        ],
        bucket: READ,
      },
    },
    other: {
      'by less than 5 %': {
        facts: [
          ...RECORDED,
          page(510, 'recording-stopped', STARTED),
          END,
          ready(630, 10, 476),
          seen(631, 10, 'intact', { ...WHOLE, durationSec: 476 }),
        ],
        bucket: READ,
        is: ['landed'],
      },
      'by less than 15 s of a short one': {
        facts: [
          ...RECORDED,
          page(60, 'recording-stopped', STARTED),
          END,
          ready(630, 10, 36),
          seen(631, 10, 'intact', { ...WHOLE, durationSec: 36 }),
        ],
        bucket: READ,
        is: ['landed'],
      },
      'it is longer': {
        facts: [
          ...RECORDED,
          page(60, 'recording-stopped', STARTED),
          END,
          ready(630, 10, 590),
          seen(631, 10, 'intact', WHOLE),
        ],
        bucket: READ,
        is: ['landed'],
      },
      'the page that reported its start reported a second one, with its end': {
        facts: [
          ...RECORDED,
          page(300, 'recording-started', { recordingId: 'r2' }),
          page(590, 'recording-stopped', { recordingId: 'r2' }),
          END,
          ready(200, 10, 100),
          seen(201, 10, 'intact', { ...WHOLE, durationSec: 100 }),
          ready(630, 300, 290),
          seen(631, 300, 'intact', { ...WHOLE, durationSec: 290 }),
        ],
        bucket: READ,
        is: ['landed'],
      },
      'it broke off, and the recorded part exists': {
        facts: [
          ...RECORDED,
          page(60, 'recording-error', { error: 'other' }),
          page(500, 'recording-stopped', STARTED),
          END,
          ready(90, 10, 50),
          seen(91, 10, 'intact', { ...WHOLE, durationSec: 50 }),
        ],
        bucket: READ,
        is: ['landed'],
      },
    },
  },
  'not-there': {
    true: {
      'Tavus announced it, and it is not there': {
        facts: [...ANNOUNCED, seen(631, 10, 'nothing')],
        bucket: READ,
      },
      'with or without a response of Tavus': {
        facts: [...ANNOUNCED, seen(631, 10, 'nothing')],
        bucket: READ,
        tavus: AWAY,
      },
      'the second of two': {
        facts: [...LANDED, ready(700, 610, 60), seen(701, 610, 'nothing')],
        bucket: READ,
      },
    },
    other: {
      'it came a minute later': {
        facts: [...ANNOUNCED, seen(631, 10, 'nothing'), seen(691, 10, 'intact', WHOLE)],
        bucket: READ,
        is: ['landed'],
      },
      'the bucket was not checked': { facts: ANNOUNCED, is: ['announced'] },
      'the bucket could not be read': { facts: ANNOUNCED, bucket: DENIED, is: ['announced'] },
      'it was not there, and now the bucket cannot be read': {
        facts: [...ANNOUNCED, seen(631, 10, 'nothing')],
        bucket: DENIED,
        is: ['unannounced', 'bucket-unreadable'],
      },
    },
  },
  'parts-refused': {
    true: {
      'an upload was begun, and has no part': { facts: [...RECORDED, END], bucket: uploading() },
    },
    other: {
      'it has parts': {
        facts: [...RECORDED, END],
        bucket: uploading(500),
        is: ['missing', 'upload-left'],
      },
      'the recording still exists': { facts: LANDED, bucket: uploading(), is: ['landed'] },
    },
  },
  'upload-left': {
    true: {
      'parts were uploaded, and never put together': { facts: [...RECORDED, END], bucket: uploading(500) },
      'of a second, unreported recording': { facts: LANDED, bucket: uploading(500, 300) },
    },
    other: {
      'the recording still exists': { facts: LANDED, bucket: uploading(500), is: ['landed'] },
      'parts still come': {
        facts: [expected({ longestCallSec: LATE_SEC - 2000 }), ...RECORDED.slice(1)],
        bucket: uploading(LATE_SEC - 300),
        is: ['recording'],
      },
      'it was seen, and then deleted': {
        facts: [...LANDED, seen(days(3), 10, 'nothing')],
        bucket: uploading(500),
        is: ['gone', 'gone'],
      },
    },
  },
  'bucket-unreadable': {
    true: {
      'Tavus announced nothing, and the bucket cannot be read': { facts: [...RECORDED, END], bucket: DENIED },
    },
    other: {
      'something else explains it': {
        facts: [...CALL, IN, END],
        bucket: DENIED,
        is: ['unannounced', 'not-asked'],
      },
      'all was announced': { facts: ANNOUNCED, bucket: DENIED, is: ['announced'] },
    },
  },
  'not-stored': {
    true: {
      'it was requested, and nothing is in the bucket': { facts: [...ASKED, END], bucket: READ },
      'the second of two': {
        facts: [
          ...RECORDED,
          page(100, 'recording-stopped', STARTED),
          seen(110, 10, 'intact', { ...WHOLE, durationSec: 90 }),
          page(200, 'recording-started', { recordingId: 'r2' }),
          END,
        ],
        bucket: READ,
      },
    },
    other: {
      'the bucket was not read': { facts: [...ASKED, END], is: ['unannounced', 'not-announced'] },
      'it was not requested': { facts: [...CALL, IN, END], bucket: READ, is: ['missing', 'not-asked'] },
      'it was not announced, and it exists': {
        facts: [...RECORDED, END, seen(1500, 10, 'intact', WHOLE)],
        bucket: READ,
        is: ['landed'],
      },
    },
  },
  'tavus-unreadable': {
    true: {
      "Tavus does not respond, regardless of the page's reports": { facts: [...RECORDED, END], tavus: AWAY },
    },
    other: {
      'all was announced before Tavus went away': {
        facts: [...RECORDED, END, ready(630, 10, 590)],
        tavus: AWAY,
        is: ['announced'],
      },
      'Tavus no longer knows the conversation': {
        facts: [...RECORDED, END],
        tavus: { kind: 'unknown' },
        is: ['unannounced', 'not-announced'],
      },
    },
  },
  misplaced: {
    true: {
      'another bucket is named': { facts: [...RECORDED, END, misplaced(630, keyAt(10))] },
      'no key of this conversation is named': { facts: [...RECORDED, END, misplaced(630)] },
    },
    other: {
      'the same recording is announced where it should be afterwards': {
        facts: [...RECORDED, END, misplaced(630, keyAt(10)), ready(640, 10, 590)],
        is: ['announced'],
      },
    },
  },
  'not-copied': {
    true: { 'Tavus reports it': { facts: [...RECORDED, END, copyFailed(630, 10)] } },
    other: {
      'it is delivered again under the same key': {
        facts: [...RECORDED, END, copyFailed(630, 10), ready(700, 10, 590), ready(730, 10, 590)],
        is: ['announced'],
      },
    },
  },
  'too-short': {
    true: {
      'the person stopped it after nine seconds': {
        facts: [...RECORDED, page(19, 'recording-stopped', STARTED), END],
      },
      'the person left nine seconds after the request, and the call ended': {
        facts: [...ASKED, page(18, 'left'), shutdown(18)],
      },
      'the whole call lasted seconds, and nothing was reported': { facts: [...CALL, shutdown(9)] },
    },
    other: {
      'the person left after nine seconds, and the room went on recording until its timeout': {
        facts: [...RECORDED, page(19, 'left'), shutdown(49, 'participant_left_timeout reached')],
        is: ['unannounced', 'not-announced'],
      },
      'all reports of a page came late, seconds before the call ended': {
        facts: [
          ...CALL,
          page(595, 'joined', { pageAt: after(8) }),
          page(595, 'asked', { pageAt: after(9) }),
          page(595, 'recording-started', { pageAt: after(10) }),
          END,
        ],
        is: ['unannounced', 'not-announced'],
      },
      'all reports of a page came after the call had ended': {
        facts: [
          ...CALL,
          page(700, 'joined', { pageAt: after(8) }),
          page(700, 'recording-started', { pageAt: after(10) }),
          page(700, 'left', { pageAt: after(570) }),
          END,
        ],
        is: ['unannounced', 'not-announced'],
      },
      'a second page came in for its last seconds': {
        facts: [
          ...RECORDED,
          page(92, 'joined', OTHER),
          page(93, 'recording-started', { ...OTHER, ...STARTED }),
          page(99, 'recording-stopped', { ...OTHER, ...STARTED }),
          END,
        ],
        is: ['unannounced', 'not-announced'],
      },
      'an old page reports "stopped" after its person has left': {
        facts: [
          ...CALL,
          page(10, 'recording-started', { session: undefined }),
          page(19, 'recording-stopped', { session: undefined }),
          shutdown(49, 'participant_left_timeout reached'),
        ],
        is: ['unannounced', 'not-announced'],
      },
      'it was stopped and started again': {
        facts: [
          ...RECORDED,
          page(15, 'recording-stopped', STARTED),
          page(20, 'recording-started', { recordingId: 'r2' }),
          END,
        ],
        is: ['unannounced', 'not-announced'],
      },
      'it was stopped by the person after a minute, and announced': {
        facts: [...RECORDED, page(70, 'recording-stopped', STARTED), END, ready(90, 10, 60)],
        is: ['announced'],
      },
    },
  },
  'role-refused': {
    true: {
      'the room could not assume the role': {
        facts: [...ASKED, page(12, 'recording-error', { error: 'role' }), END],
      },
    },
    other: {
      'it worked when it was tried again': {
        facts: [
          ...ASKED,
          page(12, 'recording-error', { error: 'role' }),
          page(30, 'recording-started', STARTED),
          END,
          ready(630, 30, 570),
        ],
        is: ['announced'],
      },
    },
  },
  'tavus-failed': {
    true: {
      'Tavus reports its own failure': {
        facts: [...RECORDED, shutdown(40, 'internal error occurred at step 3')],
      },
      'no participant could join, because the start of the replica failed': {
        facts: [...CALL, shutdown(40, 'exception_encountered_during_conversation_startup')],
      },
      'the room was deleted, and its recording broke off': {
        facts: [
          ...RECORDED,
          page(40, 'recording-error', { error: 'other' }),
          shutdown(41, 'daily_room_has_been_deleted'),
        ],
      },
    },
    other: {
      'the minutes of the plan were used up, which resembles the longest call': {
        facts: [...RECORDED, shutdown(85, 'max_call_duration reached'), ready(100, 10, 75)],
        is: ['announced'],
      },
      'the page ended it': {
        facts: [...RECORDED, page(60, 'ended'), shutdown(61, 'end_conversation_endpoint_hit')],
        is: ['unannounced', 'not-announced'],
      },
    },
  },
  'room-refused': {
    true: {
      'the page may not start a recording': {
        facts: [...ASKED, page(12, 'recording-error', { error: 'refused' }), END],
      },
    },
    other: {
      'a second page requested it while the first one recorded': {
        facts: [
          ...RECORDED,
          page(15, 'joined', OTHER),
          page(16, 'asked', OTHER),
          page(17, 'recording-error', { ...OTHER, error: 'refused' }),
          END,
        ],
        is: ['unannounced', 'not-announced'],
      },
      'the person declined': {
        facts: [expected({ isRecorded: false, reason: 'not-wanted' }), created(), IN, END],
        is: ['not-expected', 'not-wanted'],
      },
    },
  },
  'broke-off': {
    true: {
      'the recording failed in the middle of the call': {
        facts: [...RECORDED, page(60, 'recording-error', { error: 'other' }), END],
      },
      'it ran, and then the room refused': {
        facts: [...RECORDED, page(60, 'recording-error', { error: 'refused' }), END],
      },
      'two pages saw it fail': {
        facts: [
          ...RECORDED,
          page(15, 'joined', OTHER),
          page(15, 'recording-started', { ...OTHER, ...STARTED }),
          page(60, 'recording-error', { error: 'other' }),
          page(60, 'recording-error', { ...OTHER, reportId: 'two-60', error: 'other' }),
          END,
        ],
      },
    },
    other: {
      'the part until then was delivered': {
        facts: [...RECORDED, page(60, 'recording-error', { error: 'other' }), END, ready(90, 10, 50)],
        is: ['announced'],
      },
      'an error of the second of two pages': {
        facts: [
          ...RECORDED,
          page(15, 'joined', OTHER),
          page(16, 'recording-error', { ...OTHER, error: 'other' }),
          END,
          ready(630, 10, 590),
        ],
        is: ['announced'],
      },
    },
  },
  'recorder-limit': {
    true: {
      'three hours of a call of four were recorded': {
        facts: [
          expected({ longestCallSec: 14_400 }),
          ...RECORDED.slice(1),
          ready(11_000, 10, 10_800),
          shutdown(14_400, 'max_call_duration reached'),
        ],
      },
    },
    other: {
      'the call ended with the recording': {
        facts: [...RECORDED, ready(11_000, 10, 10_800), shutdown(10_815)],
        is: ['announced'],
      },
      'the plan ends calls after 85 s': {
        facts: [...RECORDED, shutdown(85, 'max_call_duration reached'), ready(100, 10, 75)],
        is: ['announced'],
      },
      'it was stopped after two hours': {
        facts: [
          ...RECORDED,
          page(7_210, 'recording-stopped', STARTED),
          ready(7_400, 10, 7_200),
          shutdown(14_400),
        ],
        is: ['announced'],
      },
      'a second recording took over, and was not announced': {
        facts: [
          ...RECORDED,
          ready(11_000, 10, 10_800),
          page(10_830, 'recording-started', { recordingId: 'r2' }),
          shutdown(14_400),
        ],
        is: ['unannounced', 'not-announced'],
      },
    },
  },
  'not-asked': {
    true: {
      'the page joined and never requested it': { facts: [...CALL, IN, page(590, 'left'), END] },
      'so did two pages': {
        facts: [...CALL, IN, page(15, 'joined', OTHER), page(590, 'left'), END],
      },
    },
    other: {
      'another page requested it': {
        facts: [...CALL, IN, page(15, 'joined', OTHER), page(16, 'asked', OTHER), END],
        is: ['unannounced', 'not-announced'],
      },
      'the tab was closed before it joined': {
        facts: [...CALL, page(30, 'left'), page(31, 'ended'), shutdown(32)],
        is: ['no-call'],
      },
      'no participant joined, and Tavus ended the call': {
        facts: [...CALL, shutdown(300, 'participant_absent_timeout reached')],
        is: ['no-call'],
      },
      'a page that reports nothing': { facts: [...CALL, END], is: ['unannounced', 'silent-page'] },
      'a page that reports only recording events': {
        facts: [...CALL, page(10, 'recording-started', { session: undefined }), END, ready(630, 10, 590)],
        is: ['announced'],
      },
    },
  },
  'no-callbacks': {
    true: {
      'Tavus has sent some, and none has come': {
        facts: [
          expected(),
          created(),
          IN,
          page(9, 'asked'),
          callback(LATE_SEC, 'system.replica_joined', { via: 'read' }),
        ],
      },
      'none were requested': { facts: [expected({ callsBack: false }), created(), IN, page(9, 'asked')] },
    },
    other: {
      'one came, and the announcement did not': {
        facts: [...RECORDED, END],
        is: ['unannounced', 'not-announced'],
      },
      'the bucket was read, and is empty: that needs another cause': {
        facts: [expected(), created(), callback(600, 'system.shutdown', { via: 'read' })],
        bucket: READ,
        is: ['missing', 'silent-page'],
      },
      'a test conversation: Tavus has sent none either': {
        facts: [expected(), created()],
        tavus: { kind: 'read', isActive: false, events: 0 },
        is: ['unannounced', 'silent-page'],
      },
      'a request to Tavus returns the lost callback': {
        facts: [
          expected(),
          created(),
          IN,
          page(9, 'asked'),
          callback(5, 'x', { via: 'read' }),
          ready(630, 10),
        ],
        is: ['announced'],
      },
    },
  },
  'not-announced': {
    true: {
      'it was requested, and nothing arrived': { facts: [...ASKED, END] },
      'it ran until the end, and nothing came': { facts: [...RECORDED, END] },
      'the second of two recordings is not announced': {
        facts: [
          ...RECORDED,
          page(100, 'recording-stopped', STARTED),
          ready(110, 10, 90),
          page(200, 'recording-started', { recordingId: 'r2' }),
          END,
        ],
      },
    },
    other: {
      'both are announced': {
        facts: [
          ...RECORDED,
          page(100, 'recording-stopped', STARTED),
          ready(110, 10, 90),
          page(200, 'recording-started', { recordingId: 'r2' }),
          END,
          ready(630, 200, 400),
        ],
        is: ['announced'],
      },
      'two pages saw the same recording': {
        facts: [
          ...RECORDED,
          page(100, 'joined', OTHER),
          page(101, 'recording-started', { ...OTHER, reportId: 'late' }),
          END,
          ready(630, 10, 590),
        ],
        is: ['announced'],
      },
      'the reports of a page came when its call was over': {
        facts: [
          ...CALL,
          page(700, 'joined', { pageAt: after(8) }),
          page(700, 'recording-started', { pageAt: after(10) }),
          END,
          ready(630, 10, 80),
        ],
        is: ['announced'],
      },
      'the start was reported late, which alone would give a wrong time': {
        facts: [
          ...CALL,
          IN,
          page(300, 'recording-started', { pageAt: after(10) }),
          page(100, 'recording-stopped'),
          END,
          ready(130, 10, 90),
        ],
        is: ['announced'],
      },
      'a second page reported the same one after it was over': {
        facts: [
          ...RECORDED,
          page(100, 'recording-stopped', STARTED),
          page(200, 'joined', OTHER),
          page(201, 'recording-started', { ...OTHER, ...STARTED, reportId: 'late' }),
          END,
          ready(130, 10, 90),
        ],
        is: ['announced'],
      },
      'it was over before its start was reported': {
        facts: [...CALL, IN, page(40, 'recording-started', STARTED), END, ready(130, 10, 12)],
        is: ['announced'],
      },
      'the same one is announced twice': {
        facts: [...RECORDED, END, ready(630, 10, 590), ready(640, 10, 590)],
        is: ['announced'],
      },
    },
  },
  'silent-page': {
    true: { 'a call took place, and no page reports': { facts: [...CALL, END] } },
    other: {
      'a page reports that its person could not join': {
        facts: [...CALL, page(30, 'left'), END],
        is: ['no-call'],
      },
    },
  },
  unknown: {
    true: {
      'Tavus reports for hours that the call is running, without other events': {
        facts: CALL,
        tavus: { kind: 'read', isActive: true, events: 1 },
      },
    },
    other: {
      'it is over': { facts: CALL, is: ['unannounced', 'silent-page'] },
    },
  },
};

const TRUE = CAUSE_NAMES.flatMap((cause) =>
  Object.entries(TABLE[cause].true).map(([title, scenario]) => ({ cause, title, ...scenario })),
);
const OTHER_CAUSES = CAUSE_NAMES.flatMap((cause) =>
  Object.entries(TABLE[cause].other).map(([title, scenario]) => ({ cause, title, ...scenario })),
);

test.each(TRUE)('$cause: $title', ({ cause, ...scenario }) => {
  const judgement = conclude(scenario);
  expect(judgement?.cause).toBe(cause);
  expect(judgement?.evidence.length).toBeGreaterThan(2);
});

test.each(OTHER_CAUSES)('not $cause: $title', ({ is, ...scenario }) => {
  expect(become(scenario)).toEqual(is);
});

test('an earlier result with another cause is replaced, and the state has the new cause', () => {
  const facts = [
    ...RECORDED,
    page(60, 'recording-error', { error: 'other' }),
    judged(120, 1, 'unannounced', 'broke-off'),
    shutdown(130, 'internal error occurred at step 3'),
  ];
  expect(conclude({ facts })?.cause).toBe('tavus-failed');
});
