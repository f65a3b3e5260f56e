import { factLines, timeWords } from '../../app/ledger/fact-words';
import { factOf, factsOf, type Fact } from '../../app/ledger/facts';
import { lookUpStart, type KnownStart } from '../../app/ledger/look-up';
import { STATES } from '../../app/ledger/states';
import { CAUSES, isCause, runbookOf } from '../../app/watch/causes';
import { defined } from '../../contract/defined';
import { formatValue, problem } from '../../contract/problem';
import { visible } from '../../contract/text-encoding';
import { showForeign } from './foreign';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { recordingWords } from './recording-words';
import { write } from './write';

/** Says all that is known of one start. */
export async function show(opened: OpenedLedger, run: LedgerRun): Promise<number> {
  const { ledger, where } = opened;
  const { context, id, json } = run;
  const shown = await lookUpStart(ledger, id);
  if (shown === undefined && (await showForeign(opened, run))) return 0;
  if (shown === undefined) {
    const unknown = problem({
      name: 'id',
      wrong: `nothing is known of it in ${where}`,
      got: formatValue(id),
      why: 'It is neither a conversation of this backend nor one of its starts.',
      fix: "Copy it from `conversation_id` or `start_id` in the log, or from `npx recordings list`; if it is there, compare LEDGER_URL with the backend's, or run `npx recordings repair`.",
    });
    context.stderr.write(`${unknown}\n`);
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

const toJson = ({ summary, facts }: KnownStart): object => ({
  ...summary,
  meaning: STATES[summary.state].meaning,
  ...aboutCause(summary.cause),
  ...defined({ consent: factOf(facts, 'expected')?.consent }),
  facts,
});

function text({ summary, facts }: KnownStart): string {
  const { acknowledgedAt, start, conversation, name, state, recordings } = summary;
  const lines = [
    `Start         ${start}, ${timeWords(summary.at)}`,
    `Conversation  ${conversation ?? 'none'}${name === undefined ? '' : `, "${name}"`}`,
    `State         ${state}: ${STATES[state].meaning}`,
    ...causeLines(summary.cause),
    ...(acknowledgedAt === undefined ? [] : [`Acknowledged  ${timeWords(acknowledgedAt)}`]),
    `Consent       ${consentWords(facts)}`,
    ...recordings.map((one) => `Recording     ${one.key}: ${recordingWords(one)}`),
    '',
    ...factLines(facts).map(({ at, words }) => `${timeWords(at)}  ${words}`),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

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
