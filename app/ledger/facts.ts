import * as z from 'zod';
import { NOT_RECORDED_REASONS } from '../conversations/recording-decision';

/*
 * What became known of a start. A fact is written once and never changed, so order, repetition and restarts do not matter:
 * the state is computed from all of them. Times are epoch milliseconds by the clock of the backend unless a name says else.
 */

const at = z.number();

/** What the person agreed to. Who and in which language stands apart, because that is erased with the person. */
const consent = z.object({
  textVersion: z.string(),
  /** SHA-256 of the text as hex. Absent: a text of the operator's own front end, so its version is that page's word. */
  textSha256: z.string().optional(),
  /** ISO time by the person's clock, as it came. */
  acceptedAt: z.string(),
});

/** What held when the conversation was started. A recording is compared with this, never with today's settings. */
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
  reason: z.enum(NOT_RECORDED_REASONS).optional(),
  consent: consent.optional(),
  storage: storage.optional(),
  /** Tavus's limits for this call, its own where we set none. */
  longestCallSec: z.number(),
  absentSec: z.number(),
  /** Whether Tavus was asked to call back. */
  callsBack: z.boolean(),
  /** Made by a proof, not by a person. */
  proof: z.literal(true).optional(),
});

/** Exactly one of these per start: whoever inserts first decides. */
const outcome = z.discriminatedUnion('result', [
  z.object({
    kind: z.literal('outcome'),
    at,
    result: z.literal('created'),
    conversationId: z.string(),
    /** Started by a version without a ledger, and known by Tavus's echo of its callback address. */
    adopted: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('outcome'), at, result: z.literal('not-created'), problem: z.string() }),
  z.object({ kind: z.literal('outcome'), at, result: z.literal('abandoned') }),
]);

/** Events of Tavus that say something about the recording (conversation callbacks, read 2026-11-22). */
export const TAVUS_EVENTS = {
  ready: 'application.recording_ready',
  copyFailed: 'application.recording_copy_failed',
  shutdown: 'system.shutdown',
} as const;

/** A recording as Tavus announces it. */
const announced = z.object({
  /** Undefined: not one of this conversation, see `wrong`. */
  key: z.string().optional(),
  durationSec: z.number().optional(),
  /** What of provider, bucket and key is not as we asked for it. */
  wrong: z.array(z.string()),
});

const callback = z.object({
  kind: z.literal('callback'),
  at,
  /** Before the create call is answered nobody knows whether this is the start's own; see `Ledger.facts`. */
  conversationId: z.string(),
  /** Event type in plain letters, such as `system.shutdown`. */
  event: z.string(),
  /** By Tavus's clock, ISO, as it came. */
  timestamp: z.string().optional(),
  /** `sent`: it came to us. `read`: Tavus's own record of what it sent. */
  via: z.enum(['sent', 'read']),
  recording: announced.optional(),
  /** Why the call ended, or why a recording could not be copied, in plain letters. */
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
  /** Unique per report: the page's own, or made of its content for a front end that sends none. */
  reportId: z.string(),
  /** `ended`: the page asked us to end the call, and Tavus says that it is over. */
  event: z.enum([...PAGE_EVENTS, 'ended']),
  /** By the page's clock: only compared with others of one session. */
  pageAt: z.number(),
  session: z.string().optional(),
  recordingId: z.string().optional(),
  instanceId: z.string().optional(),
  /** Of a `recording-error`: what kind it is. The room's own words are kept with the person. */
  error: z.enum(['refused', 'role', 'other']).optional(),
});

/** What exactly is wrong with an object that is there. */
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

/** What a look into the bucket found. Written when it differs from what the look before it found. */
const seen = z.object({
  kind: z.literal('seen'),
  at,
  key: z.string(),
  /** Of the current version. */
  versionId: z.string().optional(),
  bytes: z.number().optional(),
  /** Measured. Absent: it could not be. */
  durationSec: z.number().optional(),
  /** `overwritten`: it was intact, and another object has taken its place. The earlier version is still there. */
  found: z.enum(['intact', 'partial', 'not-playable', 'wrong-encryption', 'overwritten', 'nothing']),
  why: z.enum(FLAWS).optional(),
  /** `s3`, `kms`, or S3's own word for another one. */
  encryption: z.string().optional(),
  keyArn: z.string().optional(),
  checksum: z.string().optional(),
  /** By the clock of S3. */
  modifiedMs: z.number().optional(),
  /** When a lifecycle rule expires it, as S3 says. */
  expiresMs: z.number().optional(),
});

/** What the watch concluded; the last one counts. */
const judged = z.object({
  kind: z.literal('judged'),
  /** When the facts were read on which it rests, so that what came meanwhile counts as later. */
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
  /** What was looked at, in plain words. */
  evidence: z.array(z.string()),
});

/** An operator was told of judgement `n`. */
const told = z.object({ kind: z.literal('told'), at, n: z.number() });

/** A person has looked at what is wrong, and knows of it. */
const acknowledged = z.object({ kind: z.literal('acknowledged'), at });
/** An operator got a link to a recording. Who it was stands with the person. */
const viewed = z.object({
  kind: z.literal('viewed'),
  at,
  /** One for each recording that one load of the page plays, and one for each that it downloads. */
  id: z.string(),
  key: z.string(),
  how: z.enum(['played', 'downloaded']),
  /** `operator-key`: a shared key, so the name that stands with the person is that person's own word. */
  by: z.enum(['sign-in', 'operator-key']),
});

/** What a proof has come to. */
const proved = z.object({ kind: z.literal('proved'), at, passed: z.boolean() });

/** Who did something by the command line. */
const operator = z.object({
  /** ARN, as STS names the caller. Absent: nothing was asked of AWS. */
  aws: z.string().optional(),
  /** Object id in Entra. Absent: the ledger is a file, so nobody signed in to it. */
  entra: z.string().optional(),
});
export type Operator = z.output<typeof operator>;

/** A version, a delete marker, or an upload that was never completed, as it was found before it was deleted. */
const foundObject = z.object({
  what: z.enum(['version', 'marker', 'upload']),
  /** As the ledger has it: another key than a recording's may name a person, and is `tavus/<conversation>/sha256-<hex>`. */
  key: z.string(),
  /** Of the version, or of the upload. */
  id: z.string(),
  bytes: z.number(),
  /** When it was written, or the upload begun, by the clock of S3. */
  modifiedMs: z.number(),
});
export type FoundObject = z.output<typeof foundObject>;

/** Something that an erasure does not reach. */
const remainder = z.object({ what: z.string(), where: z.string(), until: z.string() });
export type Remainder = z.output<typeof remainder>;

/** A step of an erasure. What is about to be deleted is written down before. */
const erased = z.object({
  kind: z.literal('erased'),
  at,
  /** `begun`, `found-<hash>`, `empty-<n>`, `tavus`, `person-<n>`. */
  step: z.string(),
  by: operator.optional(),
  /** Of `begun`: on what ground. */
  ticket: z.string().optional(),
  /** Of `begun`: where it was looked. Absent: it was never known where recordings would lie. */
  place: z.object({ bucket: z.string(), region: z.string(), account: z.string() }).optional(),
  /** Of `begun`: when the call was over, by our own end or by what was known. */
  endMs: z.number().optional(),
  /** Of `begun`. */
  remains: z.array(remainder).optional(),
  /** Of `found`. */
  found: z.array(foundObject).optional(),
  /** Of `tavus`: the status that Tavus answered. */
  status: z.number().optional(),
  /** Of `person`: how many rows were deleted. */
  rows: z.number().optional(),
});

/** One version that is kept beyond its day, and its copy. */
const heldCopy = z.object({
  /** As the ledger has it. */
  key: z.string(),
  versionId: z.string(),
  bytes: z.number(),
  /** Key and version of the copy. */
  copy: z.string(),
  copyVersionId: z.string(),
  /** By what both were found to be the same: `CRC64NVME:<base64>` or `SHA256:<hex>`. */
  checksum: z.string(),
  /** What a look into the copy found. */
  found: z.string(),
});
export type HeldCopy = z.output<typeof heldCopy>;

/** A step of keeping a recording beyond its day, or of ending that. */
const held = z.object({
  kind: z.literal('held'),
  at,
  /** Of the hold: a start can have several, one after another or at a time. */
  id: z.string(),
  step: z.enum(['begun', 'copied', 'complete', 'released']),
  by: operator.optional(),
  ticket: z.string().optional(),
  /** Of `begun`: the bucket with the copies. */
  bucket: z.string().optional(),
  /** Of `copied`. */
  copy: heldCopy.optional(),
  /** Of `released`: ids of the versions whose originals were still there. */
  originals: z.array(z.string()).optional(),
});

/** The watch told of something that no judgement says, once. */
const noticed = z.object({ kind: z.literal('noticed'), at, of: z.string() });

/** More callbacks or reports came than are kept. */
const overflow = z.object({ kind: z.literal('overflow'), at });

/** The one kind that an erasure removes: what tells who it was. */
const person = z.object({
  kind: z.literal('person'),
  at,
  /** What it belongs to: `start`, `page:<report id>` or `viewed:<id>`. */
  of: z.string(),
  principal: z.string().optional(),
  name: z.string().optional(),
  locale: z.string().optional(),
  /** The room's words in a page's report. */
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
export type Outcome = FactOf<'outcome'>;

/** Digits of a number in a key, so that keys sort as the numbers do. */
const ordered = (n: number): string => String(n).padStart(6, '0');

const contentOf = ({ conversationId, event, timestamp, recording }: FactOf<'callback'>) => [
  conversationId,
  event,
  timestamp,
  recording?.key,
];

/** Whether two callbacks say the same, however and whenever they became known. */
export const isSameCallback = (one: FactOf<'callback'>, other: FactOf<'callback'>): boolean =>
  contentOf(one).every((part, index) => part === contentOf(other)[index]);

/** Key of a fact's row. Only facts that say the same have the same, so that one told twice is kept once. */
export function factKey(one: Fact, hash: (text: string) => string): string {
  switch (one.kind) {
    case 'expected':
    case 'outcome':
    case 'proved':
    case 'overflow':
      return one.kind;
    case 'callback': {
      const key = `cb:${hash(contentOf(one).join('\n'))}`;
      // That a callback came says something else than that Tavus has sent it.
      return one.via === 'sent' ? key : `${key}~read`;
    }
    case 'page':
      return `page:${one.reportId}`;
    case 'seen':
      // With its time: what was there, and was not, may be there again.
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

/** Reads a row; undefined for a kind that this version does not know. */
export const readFact = (value: unknown): Fact | undefined => fact.safeParse(value).data;

/** The facts of one kind, as they were sorted. */
export const factsOf = <Kind extends Fact['kind']>(
  facts: readonly Fact[],
  kind: Kind,
): readonly FactOf<Kind>[] => facts.filter((one): one is FactOf<Kind> => one.kind === kind);

/** The only fact of a kind. */
export const factOf = <Kind extends Fact['kind']>(
  facts: readonly Fact[],
  kind: Kind,
): FactOf<Kind> | undefined => factsOf(facts, kind)[0];
