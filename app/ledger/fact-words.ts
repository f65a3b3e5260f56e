import { factsOf, type Fact, type FactOf, type Flaw } from './facts';

/** A readable time, to the second. */
export const timeWords = (ms: number): string =>
  Number.isFinite(ms) && Math.abs(ms) <= 8.64e15
    ? new Date(ms)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z')
    : String(ms);

/** Why a call is not recorded, in words. */
export const REASONS: Readonly<Record<NonNullable<FactOf<'expected'>['reason']>, string>> = {
  disabled: 'recording is off',
  'not-wanted': 'the person declined it',
  'no-consent': 'consent was required and not given',
};

const PAGE_WORDS: Readonly<Record<FactOf<'page'>['event'], string>> = {
  joined: 'joined the room',
  left: 'left the room',
  asked: 'asked for the recording',
  'recording-started': 'the recording started',
  'recording-stopped': 'the recording stopped',
  'recording-error': 'the recording failed',
  ended: 'asked the backend to end the call, and Tavus confirmed that it is over',
};

const ERRORS: Readonly<Record<NonNullable<FactOf<'page'>['error']>, string>> = {
  refused: 'the room refused it',
  role: 'Tavus could not assume the role',
  other: 'another error',
};

export const FOUND_WORDS: Readonly<Record<FactOf<'seen'>['found'], string>> = {
  intact: 'is there, complete and playable',
  partial: 'is there, but incomplete',
  'not-playable': 'is there, but cannot be played',
  'wrong-encryption': 'is there, but not encrypted as expected',
  overwritten: 'was overwritten by another object; the earlier version is still there',
  nothing: 'is not there',
};

const FLAWS: Readonly<Record<Flaw, string>> = {
  empty: 'it is empty',
  'no-media': 'it is not a media file',
  'no-track': 'it has neither video nor audio',
  'cut-off': 'its end is missing',
  'shorter-than-announced': 'it is shorter than Tavus announced',
  'other-encryption': "its encryption differs from the bucket's",
  'other-key': "its encryption key differs from the bucket's",
  replaced: 'its size or length differs from the earlier intact version',
};

const inBrackets = (parts: readonly (string | undefined)[]): string => {
  const given = parts.filter((part) => part !== undefined);
  return given.length === 0 ? '' : ` (${given.join(', ')})`;
};

const named = (word: string, value: number | string | undefined): string | undefined =>
  value === undefined ? undefined : `${word} ${value}`;

function expectedWords({ isRecorded, reason, storage, callsBack, proof }: FactOf<'expected'>): string {
  const what = isRecorded
    ? `to be recorded into ${storage?.bucket ?? 'the bucket'}`
    : `not to be recorded: ${reason === undefined ? 'no reason is known' : REASONS[reason]}`;
  return `Start: ${what}${inBrackets([
    storage?.region,
    named('encryption', storage?.encryption),
    storage?.retentionDays === undefined ? undefined : `kept ${storage.retentionDays} days`,
    callsBack ? undefined : 'Tavus does not call back',
    proof === true ? 'a proof' : undefined,
  ])}.`;
}

function outcomeWords(one: FactOf<'outcome'>): string {
  if (one.result === 'abandoned') return 'The start was interrupted: no caller received its conversation.';
  if (one.result === 'not-created') return `Tavus created no conversation: ${one.problem}.`;
  const adopted = one.adopted === true ? ' It was started by a version without a ledger.' : '';
  return `Tavus created conversation ${one.conversationId}.${adopted}`;
}

function callbackWords({ event, via, reason, recording }: FactOf<'callback'>): string {
  const about = inBrackets([
    reason,
    recording?.key,
    recording?.durationSec === undefined ? undefined : `${recording.durationSec} s`,
    recording !== undefined && recording.wrong.length > 0
      ? `not as requested: ${recording.wrong.join(', ')}`
      : undefined,
  ]);
  return `Tavus${via === 'read' ? ', when asked' : ''}: ${event}${about}.`;
}

function viewedWords({ how, key, by }: FactOf<'viewed'>, who?: FactOf<'person'>): string {
  const way = by === 'sign-in' ? 'signed in' : 'with the shared operator key';
  return `Operator: ${how} ${key}${inBrackets([way, named('name', who?.name), named('principal', who?.principal)])}.`;
}

function erasedWords({ step, by, ticket, found, status, rows }: FactOf<'erased'>): string {
  const about = inBrackets([named('ticket', ticket), named('by', by?.aws)]);
  if (found !== undefined) return `Erasure: found ${found.length} objects to delete${about}.`;
  if (status !== undefined) return `Erasure: Tavus answered ${status} to the deletion of its copy${about}.`;
  if (rows !== undefined) return `Erasure: ${rows} rows about persons deleted${about}.`;
  return step.startsWith('empty') ? `Erasure: a listing was empty${about}.` : `Erasure: ${step}${about}.`;
}

function heldWords({ id, step, by, ticket, copy }: FactOf<'held'>): string {
  const what = copy === undefined ? '' : `: ${copy.key}, version ${copy.versionId}, to ${copy.copy}`;
  return `Hold ${id}: ${step}${what}${inBrackets([named('ticket', ticket), named('by', by?.aws)])}.`;
}

/** Describes a fact to a person who reads all facts in order. */
function factWords(one: Fact): string {
  switch (one.kind) {
    case 'expected':
      return expectedWords(one);
    case 'outcome':
      return outcomeWords(one);
    case 'callback':
      return callbackWords(one);
    case 'page': {
      const error = one.error === undefined ? undefined : ERRORS[one.error];
      return `Page: ${PAGE_WORDS[one.event]}${inBrackets([error, named('session', one.session), named('recording', one.recordingId)])}.`;
    }
    case 'seen': {
      const size = one.bytes === undefined ? undefined : `${one.bytes} bytes`;
      const length = one.durationSec === undefined ? undefined : `${one.durationSec} s`;
      const flaw = one.why === undefined ? undefined : FLAWS[one.why];
      return `Bucket: ${one.key} ${FOUND_WORDS[one.found]}${inBrackets([flaw, size, length, named('encryption', one.encryption), named('version', one.versionId)])}.`;
    }
    case 'judged':
      return [`Watch, judgement ${one.n}: ${one.verdict}${inBrackets([one.cause])}.`, ...one.evidence].join(
        ' ',
      );
    case 'told':
      return `An operator was notified of judgement ${one.n}.`;
    case 'acknowledged':
      return 'Acknowledged by a person.';
    case 'viewed':
      return viewedWords(one);
    case 'proved':
      return `Proof: ${one.passed ? 'passed' : 'failed'}.`;
    case 'erased':
      return erasedWords(one);
    case 'held':
      return heldWords(one);
    case 'noticed':
      return `An operator was notified: ${one.of}.`;
    case 'overflow':
      return 'Further callbacks or reports were dropped: the limit is reached.';
    default:
      return `Person, of ${one.of}${inBrackets([
        named('name', one.name),
        named('principal', one.principal),
        named('locale', one.locale),
        named('words', one.words),
      ])}.`;
  }
}

/** Sorted by time; facts of the same moment keep the order of their rows. */
export const inOrder = (facts: readonly Fact[]): readonly Fact[] =>
  facts.toSorted((one, other) => one.at - other.at);

/** One line per fact; a view and its viewer share one. */
export function factLines(
  facts: readonly Fact[],
): readonly { readonly at: number; readonly words: string }[] {
  const views = new Set(factsOf(facts, 'viewed').map(({ id }) => `viewed:${id}`));
  const people = new Map(factsOf(facts, 'person').map((person) => [person.of, person]));
  return facts
    .filter((one) => one.kind !== 'person' || !views.has(one.of))
    .map((one) => ({
      at: one.at,
      words: one.kind === 'viewed' ? viewedWords(one, people.get(`viewed:${one.id}`)) : factWords(one),
    }));
}
