import type { Flaw } from '../ledger/facts';
import type { OpenUpload, UnreadableReason } from '../recordings/bucket';
import { hasAsked, hasJoined, lengthsOf, wasInside, type ObservedCall } from './call';

/** Tavus's answer about the conversation. */
export type TavusLook =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'read'; readonly isActive: boolean; readonly events: number }
  /** Tavus does not know the conversation, or no longer. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreadable'; readonly sinceMs: number };

/** The bucket's answer, except for the objects, which are facts. */
export type BucketEvidence =
  /** The backend cannot read the bucket of this start. */
  | { readonly kind: 'none' }
  | { readonly kind: 'not-looked' }
  | {
      readonly kind: 'read';
      readonly uploads: readonly OpenUpload[];
      readonly unexplained: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly sinceMs: number };

/** Input for finding a cause. */
export interface Evidence {
  readonly call: ObservedCall;
  readonly tavus: TavusLook;
  readonly bucket: BucketEvidence;
}

/** What a cause explains: a missing recording, or one with another fault. */
export type Explained = 'missing' | 'partial' | 'gone' | 'unwanted' | 'back';

interface CauseRow {
  /** @default missing */
  readonly explains?: Explained;
  /** What happened, for people. */
  readonly sentence: string;
  /** The check of `recordings doctor` that confirms it. Undefined: no check can. */
  readonly check?: string;
  /** Whether the evidence shows it. Missing reports count as evidence only if a page reported that it joined. */
  readonly applies: (evidence: Evidence) => boolean;
}

/** Shorter recordings are not delivered (observed; documented for zero length). */
const SHORTEST_MS = 10_000;

/** Limits at which Daily ends a recording: its documentation names 10,800 and 15,000 s (read 2026-11-28). */
const RECORDER_LIMITS_SEC = [10_800, 15_000] as const;
const LIMIT_TOLERANCE_SEC = 60;

/** A call that lasts this much longer than the recording has a part that was not recorded. */
const REST_MS = 60_000;

/**
 * End reasons that mean a failure of Tavus (callback reference, read 2026-11-22). Compared as prefixes: Tavus may add text.
 */
const TAVUS_FAILURES = [
  'bot_could_not_join_meeting',
  'daily_room_has_been_deleted',
  'exception_encountered',
  'internal error occurred',
] as const;

const begins = (words: string | undefined, beginnings: readonly string[]): boolean =>
  beginnings.some((beginning) => words?.startsWith(beginning) === true);

/** Whether any source says that the call is over. */
const isOver = ({ call, tavus }: Evidence): boolean =>
  call.endedMs !== undefined || tavus.kind === 'unknown' || (tavus.kind === 'read' && !tavus.isActive);

/** Whether no recording was long enough to be delivered. */
function isTooShort({ asked, beganMs, endedMs, recordings, unannounced }: ObservedCall): boolean {
  if (endedMs !== undefined && endedMs - beganMs <= SHORTEST_MS) return true;
  // A page that asked and got no answer may have been recorded nevertheless.
  const starts = unannounced.length > 0 || recordings.length > 0 ? unannounced : asked;
  return starts.length > 0 && starts.every(({ lengthMs = Infinity }) => lengthMs <= SHORTEST_MS);
}

/** Whether the recorder ended a recording at its limit, and the call continued without another one. */
function endedByRecorder({ recordings, unannounced, endedMs }: ObservedCall): boolean {
  const last = recordings.at(-1);
  if (last === undefined || endedMs === undefined || unannounced.length > 0) return false;
  const durationSec = (last.endedMs - last.startedMs) / 1000;
  return (
    RECORDER_LIMITS_SEC.some((limit) => Math.abs(durationSec - limit) <= LIMIT_TOLERANCE_SEC) &&
    endedMs - last.endedMs > REST_MS
  );
}

const askedWithoutResult = (evidence: Evidence): boolean =>
  evidence.call.sessions.some(hasAsked) && isOver(evidence);

/** Whether a recording has one of these flaws. */
const hasFlaw = ({ call }: Evidence, ...flaws: readonly Flaw[]): boolean =>
  call.recordings.some(({ look }) => look?.why !== undefined && flaws.includes(look.why));

/** A larger difference is not a measuring error. */
const SHORTER_MS = 15_000;
const SHORTER_SHARE = 0.05;

/** Whether a page saw a recording last longer than the stored one. */
const isShorterThanReported = ({ call }: Evidence): boolean =>
  lengthsOf(call).some(
    ({ reportedMs, actualMs }) => reportedMs - actualMs > Math.max(SHORTER_MS, reportedMs * SHORTER_SHARE),
  );

/** Open uploads of recordings that are not in the bucket. */
export const lostUploads = ({ call, bucket }: Pick<Evidence, 'call' | 'bucket'>): readonly OpenUpload[] =>
  bucket.kind === 'read'
    ? bucket.uploads.filter(
        ({ key }) => !call.recordings.some(({ look }) => look?.key === key && look.found !== 'nothing'),
      )
    : [];

const isLost = ({ known }: ObservedCall['recordings'][number]): boolean => known?.whereabouts === 'lost';

/** Causes in order of precedence: the most specific come first. */
const TABLE = {
  unwanted: {
    explains: 'unwanted',
    sentence:
      'The call was recorded although it should not have been: recording was off, declined, or without consent.',
    applies: () => true,
  },
  back: {
    explains: 'back',
    sentence:
      'The recording was erased, but an object was seen in its place afterwards. Erase it, too: `npx recordings erase <conversation id> --finish`.',
    applies: () => true,
  },
  gone: {
    explains: 'gone',
    sentence: 'The recording was seen in the bucket, but was deleted before its expiry date.',
    check: 'bucket-lifecycle',
    applies: () => true,
  },
  overwritten: {
    explains: 'partial',
    sentence: 'Another object replaced the recording; the earlier version is still in the bucket.',
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
      'The object in the bucket cannot be played: it is not a media file, or has neither video nor audio.',
    applies: (evidence) => hasFlaw(evidence, 'no-media', 'no-track'),
  },
  'cut-off': {
    explains: 'partial',
    sentence: 'The end of the recording is missing: the object is smaller than its index says.',
    applies: (evidence) => hasFlaw(evidence, 'cut-off'),
  },
  'wrong-encryption': {
    explains: 'partial',
    sentence: "The recording's encryption differs from the bucket's encryption when the call started.",
    check: 'bucket-encryption',
    applies: (evidence) => hasFlaw(evidence, 'other-encryption'),
  },
  'wrong-key': {
    explains: 'partial',
    sentence: "The recording's encryption key differs from the bucket's key when the call started.",
    check: 'bucket-encryption',
    applies: (evidence) => hasFlaw(evidence, 'other-key'),
  },
  'recorder-limit': {
    explains: 'partial',
    sentence: 'The recorder stopped at its limit of about three hours, and the call continued.',
    applies: ({ call }) => endedByRecorder(call),
  },
  shorter: {
    explains: 'partial',
    sentence: 'The recording is shorter than Tavus or the page reported.',
    applies: (evidence) => hasFlaw(evidence, 'shorter-than-announced') || isShorterThanReported(evidence),
  },
  'not-there': {
    sentence: 'Tavus announced the recording, but it is not in the bucket.',
    check: 'hand-over',
    applies: ({ call, bucket }) => bucket.kind === 'read' && call.recordings.some(isLost),
  },
  'tavus-unreadable': {
    sentence: 'Tavus could not be reached, so the cause is unknown.',
    check: 'tavus-key',
    applies: ({ tavus }) => tavus.kind === 'unreadable',
  },
  misplaced: {
    sentence: 'Tavus announced a recording at the wrong location: another provider, bucket or key.',
    check: 'hand-over',
    applies: ({ call }) => call.isAtWrongLocation,
  },
  'not-copied': {
    sentence: 'Tavus recorded the call but could not copy the recording into the bucket.',
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
    sentence: 'Tavus ended the call because of its own failure.',
    applies: ({ call }) => begins(call.endReason, TAVUS_FAILURES),
  },
  'room-refused': {
    sentence: 'The room refused to record: the participant may not start a recording.',
    applies: ({ call }) => call.standingError?.kind === 'refused' && !call.standingError.brokeOff,
  },
  'broke-off': {
    sentence: 'The room reported that the recording failed, and no other was started.',
    check: 'role-actions',
    applies: ({ call }) => call.standingError !== undefined,
  },
  'parts-refused': {
    sentence:
      'An upload was begun but storage accepted no part of it: with a key of your own, the role probably lacks kms:Decrypt.',
    check: 'key-grants',
    applies: (evidence) => lostUploads(evidence).some(({ lastPartMs }) => lastPartMs === undefined),
  },
  'upload-left': {
    sentence: 'A part of the recording was uploaded, but the upload was never completed.',
    check: 'role-actions',
    applies: (evidence) => lostUploads(evidence).length > 0,
  },
  'not-asked': {
    sentence: 'The page did not ask for the recording: it joined but never called startRecording().',
    applies: ({ call }) => call.sessions.some(hasJoined) && !call.sessions.some(hasAsked),
  },
  'bucket-unreadable': {
    sentence: 'Tavus has not announced the recording, and the bucket could not be read.',
    check: 'reader-actions',
    applies: ({ bucket }) => bucket.kind === 'unreadable',
  },
  'not-stored': {
    sentence:
      'The page asked for the recording and the call has ended, but the bucket has neither an object nor an upload.',
    check: 'role-actions',
    applies: (evidence) => evidence.bucket.kind === 'read' && askedWithoutResult(evidence),
  },
  'no-callbacks': {
    sentence: 'No callback has arrived at all, so the recording cannot have been announced.',
    check: 'callback-url',
    // If the bucket was read, a missing recording has another cause.
    applies: ({ call, tavus, bucket }) =>
      bucket.kind !== 'read' &&
      call.callbacks.sent === 0 &&
      (!call.callsBack || (tavus.kind === 'read' && tavus.events > 0)),
  },
  'not-announced': {
    sentence: 'The page asked for the recording and the call has ended, but Tavus has not announced it.',
    check: 'role-actions',
    applies: askedWithoutResult,
  },
  'silent-page': {
    sentence: 'The page sent no reports, so it is unknown whether it asked for the recording.',
    applies: (evidence) => evidence.call.sessions.length === 0 && isOver(evidence),
  },
  unknown: {
    sentence: 'The evidence does not show a cause.',
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

/** The runbook's entry for a cause, as a path in this repository. */
export const runbookOf = (cause: Cause): string => `docs/runbook.md#${cause}`;

/** Whether the room had no participants: Tavus gave up waiting, or the pages report that their users never joined. */
export function hadNoParticipants({ endReason, sessions }: ObservedCall): boolean {
  if (sessions.some(wasInside)) return false;
  return sessions.length > 0 || begins(endReason, ['participant_absent_timeout']);
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Describes the evidence to a person. */
export function evidenceWords({ call, tavus, bucket }: Evidence): readonly string[] {
  const reports = call.sessions.flat();
  const events = [...new Set(reports.map(({ event }) => event))];
  const end = call.endReason === undefined ? '' : `; the call ended: ${call.endReason}`;
  return [
    reports.length === 0
      ? 'Page: no reports.'
      : `Page: ${counted(call.sessions.length, 'session')}, which reported ${events.join(', ')}.`,
    call.callsBack
      ? `Callbacks: ${call.callbacks.sent} received${end}.`
      : `Callbacks: none requested (PUBLIC_BASE_URL is not set)${end}.`,
    tavusWords(tavus),
    `Recordings announced: ${call.recordings.filter(({ known }) => known !== undefined).length}.`,
    bucketWords(call, bucket),
  ];
}

function bucketWords({ recordings }: ObservedCall, bucket: BucketEvidence): string {
  switch (bucket.kind) {
    case 'none':
      return 'Bucket: the backend cannot read it.';
    case 'not-looked':
      return 'Bucket: not checked yet.';
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
      const others = bucket.unexplained.map((key) => `${key}, which is not a recording`);
      const found = [...there, ...uploads, ...others];
      return `Bucket: ${found.length === 0 ? 'nothing found' : found.join('; ')}.`;
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
