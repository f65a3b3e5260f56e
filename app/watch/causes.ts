import type { Flaw } from '../ledger/facts';
import type { OpenUpload, UnreadableReason } from '../recordings/bucket';
import { hasAsked, hasJoined, lengthsOf, wasInside, type Call } from './call';

/** What Tavus answered when it was asked about the conversation. */
export type TavusLook =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'read'; readonly isActive: boolean; readonly events: number }
  /** Tavus does not know the conversation, or not any more. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreadable'; readonly sinceMs: number };

/** What the bucket answered beside the objects, which are facts. */
export type BucketEvidence =
  /** The backend may not look, or not into the bucket of this start. */
  | { readonly kind: 'none' }
  | { readonly kind: 'not-looked' }
  | {
      readonly kind: 'read';
      readonly uploads: readonly OpenUpload[];
      readonly unexplained: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly sinceMs: number };

/** All that a cause is found by. */
export interface Evidence {
  readonly call: Call;
  readonly tavus: TavusLook;
  readonly bucket: BucketEvidence;
}

/** What a cause explains: that nothing is there, or that what is there, or was, is not as it should be. */
export type Explained = 'missing' | 'partial' | 'gone' | 'unwanted' | 'back';

interface CauseRow {
  /** @default missing */
  readonly explains?: Explained;
  /** What happened, as a sentence. */
  readonly sentence: string;
  /** The check of `recordings doctor` that confirms it. Undefined: nothing that can be looked up would. */
  readonly check?: string;
  /** Whether these facts show it. What nobody reported shows something only when a page reported that it had joined. */
  readonly applies: (evidence: Evidence) => boolean;
}

/** Shorter recordings are not delivered (observed; documented for those of no length). */
const SHORTEST_MS = 10_000;

/** Where Daily ends a recording by itself: its pages name 10,800 and 15,000 s (read 2026-11-28). */
const RECORDER_LIMITS_SEC = [10_800, 15_000] as const;
const LIMIT_TOLERANCE_SEC = 60;

/** What went on for less after the recording was no part of the call. */
const REST_MS = 60_000;

/** Reasons by which Tavus says that it failed itself (callback reference, read 2026-11-22). Later versions may add words. */
const TAVUS_FAILURES = [
  'bot_could_not_join_meeting',
  'daily_room_has_been_deleted',
  'exception_encountered',
  'internal error occurred',
] as const;

const begins = (words: string | undefined, beginnings: readonly string[]): boolean =>
  beginnings.some((beginning) => words?.startsWith(beginning) === true);

/** Whether the call is over by the word of anybody. */
const isOver = ({ call, tavus }: Evidence): boolean =>
  call.endedMs !== undefined || tavus.kind === 'unknown' || (tavus.kind === 'read' && !tavus.isActive);

/** Whether nothing that was started could become long enough to be delivered. */
function isTooShort({ asked, beganMs, endedMs, recordings, unannounced }: Call): boolean {
  if (endedMs !== undefined && endedMs - beganMs <= SHORTEST_MS) return true;
  // Who asked and heard nothing may be recorded all the same.
  const starts = unannounced.length > 0 || recordings.length > 0 ? unannounced : asked;
  return starts.length > 0 && starts.every(({ lengthMs = Infinity }) => lengthMs <= SHORTEST_MS);
}

/** Whether the recorder ended a recording by itself, and the call went on without another one. */
function endedByRecorder({ recordings, unannounced, endedMs }: Call): boolean {
  const last = recordings.at(-1);
  if (last === undefined || endedMs === undefined || unannounced.length > 0) return false;
  const durationSec = (last.endedMs - last.startedMs) / 1000;
  return (
    RECORDER_LIMITS_SEC.some((limit) => Math.abs(durationSec - limit) <= LIMIT_TOLERANCE_SEC) &&
    endedMs - last.endedMs > REST_MS
  );
}

const wasAskedInVain = (evidence: Evidence): boolean =>
  evidence.call.sessions.some(hasAsked) && isOver(evidence);

/** Whether a recording is there with one of these flaws. */
const hasFlaw = ({ call }: Evidence, ...flaws: readonly Flaw[]): boolean =>
  call.recordings.some(({ look }) => look?.why !== undefined && flaws.includes(look.why));

/** Shorter by this much is no mistake of measuring. */
const SHORTER_MS = 15_000;
const SHORTER_SHARE = 0.05;

/** Whether a page saw a recording go on for longer than what is there. */
const isShorterThanReported = ({ call }: Evidence): boolean =>
  lengthsOf(call).some(
    ({ reportedMs, actualMs }) => reportedMs - actualMs > Math.max(SHORTER_MS, reportedMs * SHORTER_SHARE),
  );

/** Uploads that were begun for a recording of which nothing is there. */
export const lostUploads = ({ call, bucket }: Pick<Evidence, 'call' | 'bucket'>): readonly OpenUpload[] =>
  bucket.kind === 'read'
    ? bucket.uploads.filter(
        ({ key }) => !call.recordings.some(({ look }) => look?.key === key && look.found !== 'nothing'),
      )
    : [];

const isLost = ({ known }: Call['recordings'][number]): boolean => known?.whereabouts === 'lost';

/** Why a recording is not as it should be, in the order in which they are asked: what says most comes first. */
const TABLE = {
  unwanted: {
    explains: 'unwanted',
    sentence:
      'The call was recorded although it was not to be: recording was off, not wanted, or had no consent.',
    applies: () => true,
  },
  back: {
    explains: 'back',
    sentence:
      'The recording was erased, and something was seen in its place afterwards. Erase that, too: `npx recordings erase <conversation id> --finish`.',
    applies: () => true,
  },
  gone: {
    explains: 'gone',
    sentence: 'The recording was seen in the bucket, and was deleted before its day.',
    check: 'bucket-lifecycle',
    applies: () => true,
  },
  overwritten: {
    explains: 'partial',
    sentence:
      'Another object has taken the place of the recording; the earlier version is still in the bucket.',
    check: 'bucket-overwritten',
    applies: (evidence) => hasFlaw(evidence, 'replaced'),
  },
  empty: {
    explains: 'partial',
    sentence: 'The object in the bucket is empty.',
    applies: (evidence) => hasFlaw(evidence, 'empty'),
  },
  'not-playable': {
    explains: 'partial',
    sentence:
      'The object in the bucket cannot be played: it is no media file, or has neither video nor audio.',
    applies: (evidence) => hasFlaw(evidence, 'no-media', 'no-track'),
  },
  'cut-off': {
    explains: 'partial',
    sentence: 'The end of the recording is missing: the object is smaller than its own index says.',
    applies: (evidence) => hasFlaw(evidence, 'cut-off'),
  },
  'wrong-encryption': {
    explains: 'partial',
    sentence: 'The recording is encrypted in another way than the bucket promised when the call started.',
    check: 'bucket-encryption',
    applies: (evidence) => hasFlaw(evidence, 'other-encryption'),
  },
  'wrong-key': {
    explains: 'partial',
    sentence: 'The recording is encrypted with another key than the bucket promised when the call started.',
    check: 'bucket-encryption',
    applies: (evidence) => hasFlaw(evidence, 'other-key'),
  },
  'recorder-limit': {
    explains: 'partial',
    sentence: 'The recorder ended at its limit of about three hours, and the call went on.',
    applies: ({ call }) => endedByRecorder(call),
  },
  shorter: {
    explains: 'partial',
    sentence: 'The recording is shorter than Tavus, or the page, reported.',
    applies: (evidence) => hasFlaw(evidence, 'shorter-than-announced') || isShorterThanReported(evidence),
  },
  'not-there': {
    sentence: 'Tavus announced the recording, and it is not in the bucket.',
    check: 'hand-over',
    applies: ({ call, bucket }) => bucket.kind === 'read' && call.recordings.some(isLost),
  },
  'tavus-unreadable': {
    sentence: 'Tavus could not be asked, so the cause is not known.',
    check: 'tavus-key',
    applies: ({ tavus }) => tavus.kind === 'unreadable',
  },
  misplaced: {
    sentence: 'Tavus announced a recording where it should not be: another provider, bucket or key.',
    check: 'hand-over',
    applies: ({ call }) => call.isMisplaced,
  },
  'not-copied': {
    sentence: 'Tavus recorded the call and could not copy the recording into the bucket.',
    check: 'role-actions',
    applies: ({ call }) => call.recordings.some((one) => one.failedMs !== undefined && !isLost(one)),
  },
  'too-short': {
    sentence: 'The recording was too short to be delivered: ten seconds or less.',
    applies: ({ call }) => isTooShort(call),
  },
  'role-refused': {
    sentence: 'Tavus could not assume the role, so the recording could not be stored.',
    check: 'role-trust',
    applies: ({ call }) => call.standingError?.kind === 'role',
  },
  'tavus-failed': {
    sentence: 'Tavus ended the call because of a failure of its own.',
    applies: ({ call }) => begins(call.endReason, TAVUS_FAILURES),
  },
  'room-refused': {
    sentence: 'The room refused to record: the person in the call may not start a recording.',
    applies: ({ call }) => call.standingError?.kind === 'refused' && !call.standingError.brokeOff,
  },
  'broke-off': {
    sentence: 'The room reported that the recording failed, and no other was started.',
    check: 'role-actions',
    applies: ({ call }) => call.standingError !== undefined,
  },
  'parts-refused': {
    sentence:
      'An upload was begun and storage took no part of it: with a key of your own, the role probably lacks kms:Decrypt.',
    check: 'key-grants',
    applies: (evidence) => lostUploads(evidence).some(({ lastPartMs }) => lastPartMs === undefined),
  },
  'upload-left': {
    sentence: 'A part of the recording was uploaded, and the upload was never completed.',
    check: 'role-actions',
    applies: (evidence) => lostUploads(evidence).length > 0,
  },
  'not-asked': {
    sentence: 'Nobody asked for the recording: the page joined and never called startRecording().',
    applies: ({ call }) => call.sessions.some(hasJoined) && !call.sessions.some(hasAsked),
  },
  'bucket-unreadable': {
    sentence: 'Tavus has not announced the recording, and the bucket could not be read.',
    check: 'reader-actions',
    applies: ({ bucket }) => bucket.kind === 'unreadable',
  },
  'not-stored': {
    sentence:
      'The recording was asked for, the call has ended, and storage took nothing: not even an upload is there.',
    check: 'role-actions',
    applies: (evidence) => evidence.bucket.kind === 'read' && wasAskedInVain(evidence),
  },
  'no-callbacks': {
    sentence: 'No callback of any kind has come, so the recording cannot have been announced.',
    check: 'callback-url',
    // Where the bucket was read, its absence needs another cause.
    applies: ({ call, tavus, bucket }) =>
      bucket.kind !== 'read' &&
      call.callbacks.sent === 0 &&
      (!call.callsBack || (tavus.kind === 'read' && tavus.events > 0)),
  },
  'not-announced': {
    sentence: 'The recording was asked for, the call has ended, and Tavus has not announced it.',
    check: 'role-actions',
    applies: wasAskedInVain,
  },
  'silent-page': {
    sentence: 'The page reports nothing, so nobody knows whether it asked for the recording.',
    applies: (evidence) => evidence.call.sessions.length === 0 && isOver(evidence),
  },
  unknown: {
    sentence: 'Nothing that was looked at says why.',
    applies: () => true,
  },
} as const satisfies Readonly<Record<string, CauseRow>>;

export type Cause = keyof typeof TABLE;
export const CAUSES: Readonly<Record<Cause, CauseRow>> = TABLE;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table
export const CAUSE_NAMES = Object.keys(TABLE) as readonly Cause[];

/** The first cause that the evidence shows. */
export const causeOf = (evidence: Evidence, explained: Explained = 'missing'): Cause | undefined =>
  CAUSE_NAMES.find((name) => {
    const { explains = 'missing', applies } = CAUSES[name];
    return explains === explained && applies(evidence);
  });

export const isCause = (name: string | undefined): name is Cause =>
  name !== undefined && Object.hasOwn(TABLE, name);

/** The runbook's entry for a cause, by a path in this repository. */
export const runbookOf = (cause: Cause): string => `docs/runbook.md#${cause}`;

/** Nobody was in the room: Tavus gave up waiting, or pages say that their persons never came in. */
export function nobodyCame({ endReason, sessions }: Call): boolean {
  if (sessions.some(wasInside)) return false;
  return sessions.length > 0 || begins(endReason, ['participant_absent_timeout']);
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** What was looked at, and what was found, for a person. */
export function evidenceWords({ call, tavus, bucket }: Evidence): readonly string[] {
  const reports = call.sessions.flat();
  const events = [...new Set(reports.map(({ event }) => event))];
  const end = call.endReason === undefined ? '' : `; the call ended: ${call.endReason}`;
  return [
    reports.length === 0
      ? 'Page: no reports.'
      : `Page: ${counted(call.sessions.length, 'session')}, which reported ${events.join(', ')}.`,
    call.callsBack
      ? `Callbacks: ${call.callbacks.sent} came${end}.`
      : `Callbacks: none asked for (PUBLIC_BASE_URL is not set)${end}.`,
    tavusWords(tavus),
    `Recordings announced: ${call.recordings.filter(({ known }) => known !== undefined).length}.`,
    bucketWords(call, bucket),
  ];
}

function bucketWords({ recordings }: Call, bucket: BucketEvidence): string {
  switch (bucket.kind) {
    case 'none':
      return 'Bucket: the backend may not look into it.';
    case 'not-looked':
      return 'Bucket: not looked into yet.';
    case 'unreadable':
      return `Bucket: not readable since ${new Date(bucket.sinceMs).toISOString()} (${bucket.reason}).`;
    default: {
      const there = recordings.flatMap(({ look }) =>
        look === undefined || look.found === 'nothing' ? [] : `${look.key} (${look.why ?? look.found})`,
      );
      const uploads = bucket.uploads.map(
        ({ key, startedMs, lastPartMs }) =>
          `an incomplete upload of ${key}, begun ${new Date(startedMs).toISOString()}, ${lastPartMs === undefined ? 'without a part' : `last part ${new Date(lastPartMs).toISOString()}`}`,
      );
      const others = bucket.unexplained.map((key) => `${key}, which is no recording`);
      const found = [...there, ...uploads, ...others];
      return `Bucket: ${found.length === 0 ? 'nothing is there' : found.join('; ')}.`;
    }
  }
}

function tavusWords(look: TavusLook): string {
  switch (look.kind) {
    case 'not-asked':
      return 'Tavus: not asked yet.';
    case 'read':
      return `Tavus: the conversation is ${look.isActive ? 'active' : 'over'}; its log has ${counted(look.events, 'event')}.`;
    case 'unknown':
      return 'Tavus: does not know the conversation.';
    default:
      return `Tavus: not readable since ${new Date(look.sinceMs).toISOString()}.`;
  }
}
