import { erasureOf } from '../../app/ledger/erasure';
import { receiptsOf } from '../../app/ledger/receipts';
import { problem, ProblemsError } from '../../contract/problem';
import { readArguments, textOption, type Arguments } from '../arguments';
import type { CliContext } from '../cli-context';
import { withEnvFile } from '../env-file';
import { write } from '../ledger/write';
import { maskOf } from '../mask';
import { readReceipt, receiptText } from '../receipt-text';
import { UsageError } from '../usage-error';
import { erase, finishErasure, ErasureIncomplete } from './erase';
import { planErasure } from './plan';
import {
  CONNECTIONS,
  CommandRefused,
  withTarget,
  type TargetConnections,
  type ConversationTarget,
} from './target';
import { ticketProblem } from './ticket';
import { planMarkdown } from './markdown';

const COMMAND = 'npx recordings erase';

const HELP = `Erases a conversation: every version, delete marker and incomplete upload in the bucket, Tavus's copy, and the personal data in
the ledger. Prints a receipt as Markdown and keeps it in the ledger.

  npx recordings erase c0123456789abcdef --reason DSR-17 --dry-run --env-file .env
  npx recordings erase c0123456789abcdef --reason DSR-17 --env-file .env
  npx recordings erase c0123456789abcdef --finish --env-file .env

Options
  --reason <ticket>  ticket of the request, such as DSR-17; it goes into the receipt, so it must not describe the person
  --dry-run          only show what would be deleted, what would remain, and what prevents the erasure
  --finish           list again, delete new objects, and complete the same receipt. Tavus's session can write for 12 h, so a
                     receipt is provisional until a listing 13 h after the call is empty
  --json             print the receipt, or the result of --dry-run, as JSON
  --env-file <file>  settings as the backend gets them
  --help             this text

Needs LEDGER_URL with write access, TAVUS_API_KEY, and AWS credentials of the eraser role (AWS_PROFILE).
Every step is written to the ledger first, so an interrupted run can be repeated and continues where it stopped.
Exit codes: 0 erased (or shown), 1 not complete: run it again, 2 refused; nothing was deleted.
`;

const FLAGS = {
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
  finish: { type: 'boolean' },
  json: { type: 'boolean' },
  'env-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface EraseOptions {
  readonly id: string;
  readonly ticket: string;
  readonly isDry: boolean;
  readonly finishes: boolean;
  readonly json: boolean;
}

/** @throws UsageError naming every problem */
function readOptions(given: Arguments): EraseOptions {
  const [id = ''] = given.words;
  const ticket = textOption(given, 'reason') ?? '';
  const isDry = given.values['dry-run'] === true;
  const finishes = given.values['finish'] === true;
  const problems = [...given.problems];
  if (id === '') problems.push('id: missing, got nothing. Give the id of a conversation');
  const wrong = finishes || isDry ? undefined : ticketProblem(ticket);
  if (wrong !== undefined && !problems.some((text) => text.startsWith('--reason'))) problems.push(wrong);
  if (problems.length > 0) throw new UsageError(problems, COMMAND);
  return { id, ticket, isDry, finishes, json: given.values['json'] === true };
}

/** @returns the exit code @throws UsageError */
export async function main(
  args: readonly string[],
  context: CliContext,
  connections: TargetConnections = CONNECTIONS,
): Promise<number> {
  const given = readArguments(args, FLAGS, 1);
  if (given.values['help'] === true) {
    context.stdout.write(HELP);
    return 0;
  }
  const options = readOptions(given);
  const env = withEnvFile(textOption(given, 'env-file'), context.env, COMMAND);
  let hasBegun = false;
  try {
    const { id, isDry } = options;
    const use = isDry ? 'read' : 'write';
    return await withTarget({ ...context, env }, { id, use, connections }, (target) =>
      run(target, options, context, () => (hasBegun = true)),
    );
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof ProblemsError)) throw error;
    context.stderr.write(`${maskOf([])(error.message)}\n`);
    return error instanceof ErasureIncomplete || (hasBegun && !(error instanceof CommandRefused)) ? 1 : 2;
  }
}

async function run(
  target: ConversationTarget,
  { id, ticket, isDry, finishes, json }: EraseOptions,
  { stdout, stderr }: CliContext,
  begins: () => void,
): Promise<number> {
  if (isDry) {
    const seen = await planErasure(target);
    await write(stdout, json ? `${JSON.stringify({ dryRun: true, id, ...seen })}\n` : planMarkdown(id, seen));
    return 0;
  }
  const before = erasureOf(target.facts);
  if (finishes && before === undefined) throw new CommandRefused([nothingToFinish(id)]);
  if (before !== undefined && ticket !== '' && ticket !== before.ticket) {
    stderr.write(`The erasure began with the ticket ${before.ticket}, which the receipt shows.\n`);
  }
  begins();
  // A complete erasure is only shown again, but its receipt may not have been written yet.
  if (before?.isComplete === true && !finishes) await finishErasure(target);
  else await erase(target, ticket);
  return showReceipt(target, json, { stdout, stderr });
}

const nothingToFinish = (id: string): string =>
  problem({
    name: '--finish',
    wrong: 'nothing of this conversation was erased',
    got: id,
    why: 'There is no receipt to complete.',
    fix: `Erase it: \`${COMMAND} ${id} --reason <ticket>\`.`,
  });

async function showReceipt(
  { ledger, conversationId, id }: ConversationTarget,
  json: boolean,
  { stdout, stderr }: Pick<CliContext, 'stderr' | 'stdout'>,
): Promise<number> {
  const receipts = await receiptsOf(ledger.store, conversationId ?? id);
  const receipt = receipts.find(({ of }) => of === 'erasure');
  if (receipt === undefined) throw new Error('The erasure is complete, and there is no receipt of it.');
  await write(stdout, json ? `${receipt.text}\n` : receiptText(receipt));
  const read = readReceipt(receipt);
  if (read.receipt === 'erasure' && read.status === 'provisional') {
    stderr.write(`Erased. From ${read.finish} on, run: ${COMMAND} ${conversationId ?? id} --finish\n`);
  }
  return 0;
}
