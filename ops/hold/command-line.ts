import { receiptText } from '../receipt-text';
import { ProblemsError } from '../../contract/problem';
import { readArguments, textOption } from '../arguments';
import type { CliContext } from '../cli-context';
import { withEnvFile } from '../env-file';
import { CONNECTIONS, withTarget, type TargetConnections, type ConversationTarget } from '../erase/target';
import { ticketProblem } from '../erase/ticket';
import { write } from '../ledger/write';
import { maskOf } from '../mask';
import { UsageError } from '../usage-error';
import { hold, HoldIncomplete } from './hold';
import { release } from './release';

export type HoldCommand = 'hold' | 'release';

const COMMON = `  --json             the result as JSON
  --env-file <file>  settings as the backend gets them
  --help             this text

Needs LEDGER_URL with write access, TAVUS_API_KEY, RECORDINGS_HOLDS_BUCKET_NAME, and AWS credentials of the eraser role
(AWS_PROFILE). An interrupted run can be repeated and continues where it stopped.
`;

const HELP: Readonly<Record<HoldCommand, string>> = {
  hold: `Keeps the recordings of a conversation past their expiry: copies every version into the bucket for holds, compares both, and blocks
every erasure until the hold is released.

  npx recordings hold c0123456789abcdef --reason COURT-4 --env-file .env

Options
  --reason <ticket>  ticket of the order, such as COURT-4; each ticket has its own hold
${COMMON}
Exit codes: 0 held, 1 the hold is active but not everything is copied: run it again, 2 refused; nothing was changed.
`,
  release: `Ends a hold: records whether the originals still exist, deletes the copies unless another hold needs them, and prints a receipt,
which the ledger keeps.

  npx recordings release c0123456789abcdef --reason COURT-4 --env-file .env

Options
  --reason <ticket>  ticket of the hold
${COMMON}
Exit codes: 0 released, 1 the hold is still active: run it again, 2 refused; nothing was changed.
`,
};

const FLAGS = {
  reason: { type: 'string' },
  json: { type: 'boolean' },
  'env-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** S3 answers only after it has copied up to 5 GB. */
const COPY_MS = 15 * 60_000;

/** @returns the exit code @throws UsageError */
export async function main(
  name: HoldCommand,
  args: readonly string[],
  context: CliContext,
  connections: TargetConnections = CONNECTIONS,
): Promise<number> {
  const command = `npx recordings ${name}`;
  const given = readArguments(args, FLAGS, 1);
  if (given.values['help'] === true) {
    context.stdout.write(HELP[name]);
    return 0;
  }
  const [id = ''] = given.words;
  const ticket = textOption(given, 'reason') ?? '';
  const problems = [...given.problems];
  if (id === '') problems.push('id: missing, got nothing. Give the id of a conversation');
  const wrong = ticketProblem(ticket);
  if (wrong !== undefined && !problems.some((text) => text.startsWith('--reason'))) problems.push(wrong);
  if (problems.length > 0) throw new UsageError(problems, command);
  const env = withEnvFile(textOption(given, 'env-file'), context.env, command);
  const json = given.values['json'] === true;
  try {
    const options = { id, use: 'write', connections, answerTimeoutMs: COPY_MS } as const;
    return await withTarget({ ...context, env }, options, (target) =>
      name === 'hold' ? runHold(target, ticket, json, context) : runRelease(target, ticket, json, context),
    );
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof ProblemsError)) throw error;
    context.stderr.write(`${maskOf([])(error.message)}\n`);
    return error instanceof HoldIncomplete ? 1 : 2;
  }
}

async function runHold(
  target: ConversationTarget,
  ticket: string,
  json: boolean,
  { stdout }: CliContext,
): Promise<number> {
  const held = await hold(target, ticket);
  if (json) await write(stdout, `${JSON.stringify(held)}\n`);
  else {
    const lines = held.copies.map(
      ({ key, versionId, copy, checksum, found }) =>
        `${key}, version ${versionId}: ${held.bucket}/${copy}, ${checksum}, ${found}\n`,
    );
    await write(stdout, lines.join(''));
  }
  return 0;
}

async function runRelease(
  target: ConversationTarget,
  ticket: string,
  json: boolean,
  { stdout }: CliContext,
): Promise<number> {
  const receipt = await release(target, ticket);
  await write(stdout, json ? `${receipt.text}\n` : receiptText(receipt));
  return 0;
}
