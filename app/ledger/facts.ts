import * as z from 'zod';

/*
 * Everything known about a start. A fact is written once and never changed, and the state is computed from all facts, so
 * order, repetition and restarts do not matter. Times are epoch milliseconds by the backend's clock unless noted otherwise.
 */

const at = z.number();

/** Why a conversation is not recorded. */
export const notRecordedReason = z.enum(['disabled', 'not-wanted', 'no-consent']);
export type NotRecordedReason = z.output<typeof notRecordedReason>;

/** The person's consent. Name and language are in a `person` fact, because an erasure removes them. */
const consent = z.object({
  textVersion: z.string(),
  /** SHA-256 of the text as hex. Absent for a text of your own front end, which the backend does not know. */
  textSha256: z.string().optional(),
  /** ISO time by the person's clock, as received. */
  acceptedAt: z.string(),
});

/** The settings at the start. A recording is compared with these, never with the current settings. */
const storage = z.object({
  bucket: z.string(),
  region: z.string(),
  encryption: z.string().optional(),
  keyArn: z.string().optional(),
  retentionDays: z.number().optional(),
  noncurrentDays: z.number().optional(),
});

const expected = z.object({
  kind: z.literal('expected'),
  at,
  isRecorded: z.boolean(),
  /** Why it is not recorded. */
  reason: notRecordedReason.optional(),
  consent: consent.optional(),
  storage: storage.optional(),
  /** Limits for this call, or Tavus's defaults. */
  longestCallSec: z.number(),
  absentSec: z.number(),
  /** Whether Tavus was asked to call back. */
  callsBack: z.boolean(),
  /** Started by `recordings prove`, not by a person. */
  proof: z.literal(true).optional(),
});

/** Exactly one per start: the first insert wins. */
const outcome = z.discriminatedUnion('result', [
  z.object({
    kind: z.literal('outcome'),
    at,
    result: z.literal('created'),
    conversationId: z.string(),
    /** Started by a version without a ledger; recognised by its callback address in Tavus's answer. */
    adopted: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('outcome'), at, result: z.literal('not-created'), problem: z.string() }),
  z.object({ kind: z.literal('outcome'), at, result: z.literal('abandoned') }),
]);

/** Tavus's events about the recording (conversation callbacks, read 2026-11-22). */
export const TAVUS_EVENTS = {
  ready: 'application.recording_ready',
  copyFailed: 'application.recording_copy_failed',
  shutdown: 'system.shutdown',
} as const;

/** A recording as Tavus announces it. */
const announced = z.object({
  /** Undefined: not a key of this conversation, see `wrong`. */
  key: z.string().optional(),
  durationSec: z.number().optional(),
  /** Which of provider, bucket and key differ from our request. */
  wrong: z.array(z.string()),
});

const callback = z.object({
  kind: z.literal('callback'),
  at,
  /**
   * May belong to another conversation, because callbacks can arrive before the create call's answer; see `Ledger.facts`.
   */
  conversationId: z.string(),
  /** Event type in plain characters, such as `system.shutdown`. */
  event: z.string(),
  /** ISO time by Tavus's clock, as received. */
  timestamp: z.string().optional(),
  /** `sent`: Tavus sent it to us. `read`: we read it from Tavus's log. */
  via: z.enum(['sent', 'read']),
  recording: announced.optional(),
  /** Why the call ended, or why a recording could not be copied, in plain characters. */
  reason: z.string().optional(),
});

export const PAGE_EVENTS = [
  'joined',
  'left',
  'asked',
  'recording-started',
  'recording-stopped',
  'recording-error',
] as const;

const page = z.object({
  kind: z.literal('page'),
  at,
  /** Unique per report: from the page, or a hash of the content if the front end sends none. */
  reportId: z.string(),
  /** `ended`: the page asked us to end the call, and Tavus confirmed that it is over. */
  event: z.enum([...PAGE_EVENTS, 'ended']),
  /** By the page's clock; only comparable within one session. */
  pageAt: z.number(),
  session: z.string().optional(),
  recordingId: z.string().optional(),
  instanceId: z.string().optional(),
  /** Kind of a `recording-error`. The room's message is in the `person` fact. */
  error: z.enum(['refused', 'role', 'other']).optional(),
});

/** What is wrong with an existing object. */
export const FLAWS = [
  'empty',
  'no-media',
  'no-track',
  'cut-off',
  'shorter-than-announced',
  'other-encryption',
  'other-key',
  'replaced',
] as const;
export type Flaw = (typeof FLAWS)[number];

/** Result of a check of the bucket. Written when it differs from the previous result. */
const seen = z.object({
  kind: z.literal('seen'),
  at,
  key: z.string(),
  /** The current version. */
  versionId: z.string().optional(),
  bytes: z.number().optional(),
  /** Measured. Absent if it could not be measured. */
  durationSec: z.number().optional(),
  /** `overwritten`: another object replaced an intact one. The earlier version still exists. */
  found: z.enum(['intact', 'partial', 'not-playable', 'wrong-encryption', 'overwritten', 'nothing']),
  why: z.enum(FLAWS).optional(),
  /** `s3`, `kms`, or S3's name for another kind. */
  encryption: z.string().optional(),
  keyArn: z.string().optional(),
  checksum: z.string().optional(),
  /** By S3's clock. */
  modifiedMs: z.number().optional(),
  /** When a lifecycle rule expires it, as reported by S3. */
  expiresMs: z.number().optional(),
});

/** The watch's judgement with its result, the `verdict`; the last one counts. */
const judged = z.object({
  kind: z.literal('judged'),
  /** When its facts were read, so that facts written meanwhile count as later. */
  at,
  n: z.number(),
  verdict: z.enum([
    'missing',
    'unannounced',
    'partial',
    'gone',
    'unwanted',
    'back',
    'no-call',
    'fine',
    'closed',
  ]),
  cause: z.string().optional(),
  /** What the judgement is based on, in words. */
  evidence: z.array(z.string()),
});

/** The watch alerted an operator about judgement `n`. */
const told = z.object({ kind: z.literal('told'), at, n: z.number() });

/** A person acknowledged what is wrong. */
const acknowledged = z.object({ kind: z.literal('acknowledged'), at });
/** An operator got a link to a recording. The name is in the `person` fact. */
const viewed = z.object({
  kind: z.literal('viewed'),
  at,
  /** Unique per page load, recording and kind of view. */
  id: z.string(),
  key: z.string(),
  how: z.enum(['played', 'downloaded']),
  /** `operator-key`: a shared key, so the name was stated by the viewer and not verified. */
  by: z.enum(['sign-in', 'operator-key']),
});

/** Result of a proof. */
const proved = z.object({ kind: z.literal('proved'), at, passed: z.boolean() });

/** Who ran a command. */
const operator = z.object({
  /** ARN from STS. Absent: the command did not use AWS. */
  aws: z.string().optional(),
  /** Object id in Entra. Absent: the ledger is a file, which needs no sign-in. */
  entra: z.string().optional(),
});
export type Operator = z.output<typeof operator>;

/** A version, a delete marker or an incomplete upload, as found before its deletion. */
const foundObject = z.object({
  what: z.enum(['version', 'marker', 'upload']),
  /** A key that is not a recording's may name a person, so the ledger stores it as `tavus/<conversation>/sha256-<hex>`. */
  key: z.string(),
  /** Id of the version or the upload. */
  id: z.string(),
  bytes: z.number(),
  /** When the object was written or the upload began, by S3's clock. */
  modifiedMs: z.number(),
});
export type FoundObject = z.output<typeof foundObject>;

/** Something that an erasure does not reach. */
const remainder = z.object({ what: z.string(), where: z.string(), until: z.string() });
export type Remainder = z.output<typeof remainder>;

/** A step of an erasure. Recorded before the deletion that it names. */
const erased = z.object({
  kind: z.literal('erased'),
  at,
  /** `begun`, `found-<hash>`, `empty-<n>`, `tavus`, `person-<n>`. */
  step: z.string(),
  by: operator.optional(),
  /** `begun`: the ticket that justifies it. */
  ticket: z.string().optional(),
  /** `begun`: the bucket to erase from. Absent: the location of the recordings was never known. */
  place: z.object({ bucket: z.string(), region: z.string(), account: z.string() }).optional(),
  /** `begun`: when the call was over, ended by us or by earlier facts. */
  endMs: z.number().optional(),
  /** `begun`. */
  remains: z.array(remainder).optional(),
  /** `found`. */
  found: z.array(foundObject).optional(),
  /** `tavus`: the status of Tavus's answer. */
  status: z.number().optional(),
  /** `person`: how many rows were deleted. */
  rows: z.number().optional(),
});

/** A version that is kept beyond its expiry date, and its copy. */
const heldCopy = z.object({
  /** In the ledger's form, see `foundObject`. */
  key: z.string(),
  versionId: z.string(),
  bytes: z.number(),
  /** Key and version of the copy. */
  copy: z.string(),
  copyVersionId: z.string(),
  /** Checksum that matched for both: `CRC64NVME:<base64>` or `SHA256:<hex>`. */
  checksum: z.string(),
  /** Result of a check of the copy. */
  found: z.string(),
});
export type HeldCopy = z.output<typeof heldCopy>;

/** A step of a hold, which keeps recordings beyond their expiry date, or of its release. */
const held = z.object({
  kind: z.literal('held'),
  at,
  /** Id of the hold: a start can have several, also at the same time. */
  id: z.string(),
  step: z.enum(['begun', 'copied', 'complete', 'released']),
  by: operator.optional(),
  ticket: z.string().optional(),
  /** `begun`: the bucket with the copies. */
  bucket: z.string().optional(),
  /** `copied`. */
  copy: heldCopy.optional(),
  /** `released`: ids of the versions whose originals still existed. */
  originals: z.array(z.string()).optional(),
});

/** The watch alerted an operator once, about something other than a judgement. */
const noticed = z.object({ kind: z.literal('noticed'), at, of: z.string() });

/** Callbacks or reports were dropped because the limit is reached. */
const overflow = z.object({ kind: z.literal('overflow'), at });

/** Personal data; the only kind of fact that an erasure removes. */
const person = z.object({
  kind: z.literal('person'),
  at,
  /** The fact it belongs to: `start`, `page:<report id>` or `viewed:<id>`. */
  of: z.string(),
  principal: z.string().optional(),
  name: z.string().optional(),
  locale: z.string().optional(),
  /** The room's message in a page's report. */
  words: z.string().optional(),
});

const fact = z.discriminatedUnion('kind', [
  expected,
  outcome,
  callback,
  page,
  seen,
  judged,
  told,
  acknowledged,
  viewed,
  proved,
  erased,
  held,
  noticed,
  overflow,
  person,
]);
export type Fact = z.output<typeof fact>;
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;
export type StartOutcome = FactOf<'outcome'>;

/** Pads a number, so that keys sort like their numbers. */
const ordered = (n: number): string => String(n).padStart(6, '0');

const contentOf = ({ conversationId, event, timestamp, recording }: FactOf<'callback'>) => [
  conversationId,
  event,
  timestamp,
  recording?.key,
];

/** Whether two callbacks have the same content, regardless of when and how we got them. */
export const isSameCallback = (one: FactOf<'callback'>, other: FactOf<'callback'>): boolean =>
  contentOf(one).every((part, index) => part === contentOf(other)[index]);

/** Key of a fact's row. Facts with the same content have the same key, so that a repeated one is stored once. */
export function factKey(one: Fact, hash: (text: string) => string): string {
  switch (one.kind) {
    case 'expected':
    case 'outcome':
    case 'proved':
    case 'overflow':
      return one.kind;
    case 'callback': {
      const key = `cb:${hash(contentOf(one).join('\n'))}`;
      // A received callback and an entry in Tavus's log are different facts.
      return one.via === 'sent' ? key : `${key}~read`;
    }
    case 'page':
      return `page:${one.reportId}`;
    case 'seen':
      // With its time: an object that disappeared may be seen again.
      return `seen:${hash([one.key, one.versionId, one.found, one.at].join('\n'))}`;
    case 'judged':
      return `judged:${ordered(one.n)}`;
    case 'told':
      return `told:${ordered(one.n)}`;
    case 'acknowledged':
      return `acknowledged:${one.at}`;
    case 'viewed':
      return `viewed:${one.id}`;
    case 'erased':
      return `erased:${one.step}`;
    case 'held': {
      const key = `held:${one.id}~${one.step}`;
      return one.copy === undefined ? key : `${key}~${hash([one.copy.key, one.copy.versionId].join('\n'))}`;
    }
    case 'noticed':
      return `noticed:${one.of}`;
    default:
      return `person:${one.of}`;
  }
}

/** Reads a row; undefined for a kind unknown to this version. */
export const readFact = (value: unknown): Fact | undefined => fact.safeParse(value).data;

/** The facts of one kind, in the given order. */
export const factsOf = <Kind extends Fact['kind']>(
  facts: readonly Fact[],
  kind: Kind,
): readonly FactOf<Kind>[] => facts.filter((one): one is FactOf<Kind> => one.kind === kind);

/** The only fact of a kind. */
export const factOf = <Kind extends Fact['kind']>(
  facts: readonly Fact[],
  kind: Kind,
): FactOf<Kind> | undefined => factsOf(facts, kind)[0];
