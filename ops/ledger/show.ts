import { factLines, timeWords } from '../../app/ledger/fact-words';
import { factOf, factsOf, type Fact } from '../../app/ledger/facts';
import { standingHolds } from '../../app/ledger/holds';
import { isLedgerKey } from '../../app/ledger/keys';
import type { Ledger } from '../../app/ledger/ledger';
import { lookUpStart, type StartDetails } from '../../app/ledger/look-up';
import { receiptsOf, type Receipt } from '../../app/ledger/receipts';
import { STATES } from '../../app/ledger/states';
import { CAUSES, isCause, runbookOf } from '../../app/watch/causes';
import { defined } from '../../contract/defined';
import { visible } from '../../contract/text-encoding';
import { receiptText } from '../receipt-text';
import { unknownId } from './find-start-by-id';
import { showForeign } from './foreign';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { describeRecording } from './describe-recording';
import { write } from './write';

interface StartWithReceipts {
  /** Undefined when the start was removed and only receipts are left. */
  readonly known: StartDetails | undefined;
  readonly receipts: readonly Receipt[];
}

async function find(ledger: Ledger, id: string): Promise<StartWithReceipts | undefined> {
  if (!isLedgerKey(id)) return undefined;
  const known = await lookUpStart(ledger, id);
  const receipts = await receiptsOf(ledger.store, known?.summary.conversation ?? id);
  return known === undefined && receipts.length === 0 ? undefined : { known, receipts };
}

/** Shows everything known about one start. */
export async function show(opened: OpenedLedger, run: LedgerRun): Promise<number> {
  const { ledger, where } = opened;
  const { context, id, json } = run;
  const found = await find(ledger, id);
  if (found === undefined && (await showForeign(opened, run))) return 0;
  if (found === undefined) {
    context.stderr.write(`${unknownId(id, where)}\n`);
    return 1;
  }
  await write(context.stdout, json ? `${JSON.stringify(toJson(found))}\n` : text(found));
  return 0;
}

/** Details of a cause. */
function aboutCause(cause: string | undefined): object {
  if (!isCause(cause)) return {};
  const { sentence, check } = CAUSES[cause];
  return { reason: sentence, ...defined({ check }), runbook: runbookOf(cause) };
}

const startJson = ({ summary, facts }: StartDetails): object => ({
  ...summary,
  meaning: STATES[summary.state].meaning,
  ...aboutCause(summary.cause),
  ...defined({ consent: factOf(facts, 'expected')?.consent }),
  facts,
});

const toJson = ({ known, receipts }: StartWithReceipts): object => ({
  ...(known && startJson(known)),
  receipts: receipts.map((one): unknown => JSON.parse(one.text)),
});

const text = ({ known, receipts }: StartWithReceipts): string =>
  [...(known === undefined ? [] : [startText(known)]), ...receipts.map(receiptText)].join('\n');

function startText({ summary, facts }: StartDetails): string {
  const { acknowledgedAt, start, conversation, name, state, recordings } = summary;
  const lines = [
    `Start         ${start}, ${timeWords(summary.at)}`,
    `Conversation  ${conversation ?? 'none'}${name === undefined ? '' : `, "${name}"`}`,
    `State         ${state}: ${STATES[state].meaning}`,
    ...causeLines(summary.cause),
    ...holdLines(facts),
    ...(acknowledgedAt === undefined ? [] : [`Acknowledged  ${timeWords(acknowledgedAt)}`]),
    `Consent       ${consentWords(facts)}`,
    ...recordings.map((one) => `Recording     ${one.key}: ${describeRecording(one)}`),
    '',
    ...factLines(facts).map(({ at, words }) => `${timeWords(at)}  ${words}`),
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
  const doctor = check === undefined ? '' : ` \`npx recordings doctor\` checks it: ${check}.`;
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
