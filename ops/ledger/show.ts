import { factWords, inOrder, timeWords } from '../../app/ledger/fact-words';
import { factOf, factsOf, type Fact } from '../../app/ledger/facts';
import { standingHolds } from '../../app/ledger/holds';
import { isLedgerKey } from '../../app/ledger/keys';
import type { Ledger } from '../../app/ledger/ledger';
import { receiptsOf, type Receipt } from '../../app/ledger/receipts';
import { STATES } from '../../app/ledger/states';
import { summaryOf, type Summary } from '../../app/ledger/summary';
import { CAUSES, isCause, runbookOf } from '../../app/watch/causes';
import { defined } from '../../contract/defined';
import { visible } from '../../contract/text-encoding';
import { receiptText } from '../receipt-text';
import { findStart, unknownId } from './find-start';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { recordingWords } from './recording-words';
import { write } from './write';

interface Shown {
  /** Undefined: it is forgotten, and only receipts are left. */
  readonly summary: Summary | undefined;
  readonly facts: readonly Fact[];
  readonly receipts: readonly Receipt[];
}

/** By the id of a conversation, or else of a start. */
async function find(ledger: Ledger, id: string): Promise<Shown | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const found = await findStart(ledger, id);
  const facts = inOrder(found?.facts ?? []);
  const summary = found && summaryOf(found.startId, facts);
  const receipts = await receiptsOf(ledger.store, summary?.conversation ?? id);
  return summary === undefined && receipts.length === 0 ? undefined : { summary, facts, receipts };
}

/** Says all that is known of one start. */
export async function show(
  { ledger, where }: OpenedLedger,
  { context, id, json }: LedgerRun,
): Promise<number> {
  const shown = await find(ledger, id);
  if (shown === undefined) {
    context.stderr.write(`${unknownId(id, where)}\n`);
    return 1;
  }
  await write(context.stdout, json ? `${JSON.stringify(toJson(shown))}\n` : text(shown));
  return 0;
}

/** What is said of a cause beside its name. */
function aboutCause(cause: string | undefined): object {
  if (!isCause(cause)) return {};
  const { sentence, check } = CAUSES[cause];
  return { reason: sentence, ...defined({ check }), runbook: runbookOf(cause) };
}

const toJson = ({ summary, facts, receipts }: Shown): object => ({
  ...summary,
  ...(summary && { meaning: STATES[summary.state].meaning, ...aboutCause(summary.cause) }),
  ...defined({ consent: factOf(facts, 'expected')?.consent }),
  facts,
  receipts: receipts.map((one): unknown => JSON.parse(one.text)),
});

const text = ({ summary, facts, receipts }: Shown): string =>
  [...(summary === undefined ? [] : [startText(summary, facts)]), ...receipts.map(receiptText)].join('\n');

function startText(summary: Summary, facts: readonly Fact[]): string {
  const { start, conversation, name, state, recordings } = summary;
  const lines = [
    `Start         ${start}, ${timeWords(summary.at)}`,
    `Conversation  ${conversation ?? 'none'}${name === undefined ? '' : `, "${name}"`}`,
    `State         ${state}: ${STATES[state].meaning}`,
    ...causeLines(summary.cause),
    ...holdLines(facts),
    `Consent       ${consentWords(facts)}`,
    ...recordings.map((one) => `Recording     ${one.key}: ${recordingWords(one)}`),
    '',
    ...facts.map((one) => `${timeWords(one.at)}  ${factWords(one)}`),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

const holdLines = (facts: readonly Fact[]): readonly string[] =>
  standingHolds(facts).map(
    ({ ticket, begunMs, copies }) =>
      `Held          ticket ${ticket}, since ${timeWords(begunMs)}: ${copies.length} versions copied. It cannot be erased.`,
  );

function causeLines(cause: string | undefined): readonly string[] {
  if (cause === undefined) return [];
  if (!isCause(cause)) return [`Cause         ${cause}`];
  const { sentence, check } = CAUSES[cause];
  const doctor = check === undefined ? '' : ` \`npx recordings doctor\` looks at it: ${check}.`;
  return [`Cause         ${cause}: ${sentence}${doctor} See ${runbookOf(cause)}.`];
}

function consentWords(facts: readonly Fact[]): string {
  const consent = factOf(facts, 'expected')?.consent;
  if (consent === undefined) return 'none';
  const { textVersion, textSha256, acceptedAt } = consent;
  const locale = factsOf(facts, 'person').find(({ of }) => of === 'start')?.locale;
  const known =
    textSha256 === undefined ? 'a text of the page, by its word' : `SHA-256 of the text ${textSha256}`;
  return `text ${textVersion} (${known}), accepted at ${acceptedAt}${locale === undefined ? '' : `, in ${locale}`}`;
}
