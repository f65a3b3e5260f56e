import { ProblemsError } from '../../contract/problem';
import { readArguments, textOption, type Arguments, type Flags } from '../arguments';
import type { CliContext } from '../cli-context';
import { withEnvFile } from '../env-file';
import { maskOf } from '../mask';
import { UsageError } from '../usage-error';
import { acknowledge } from './acknowledge';
import { exportRows } from './export';
import { list } from './list';
import { withLedger, type LedgerUse, type OpenedLedger } from './open-ledger';
import { readSince } from './options';
import { reconcile } from './reconcile';
import { repair } from './repair';
import type { LedgerRun } from './ledger-run';
import { show } from './show';

export type LedgerCommand = 'acknowledge' | 'export' | 'list' | 'reconcile' | 'repair' | 'show';

const COMMON = `  --env-file <file>  settings as the backend gets them
  --help             this text

LEDGER_URL, from the process environment or --env-file, names the ledger of the backend: a file, which may be in use, or a table,
opened with the account of \`az login\` (with IDENTITY_ENDPOINT: the managed identity AZURE_CLIENT_ID).
`;

interface CommandRow {
  readonly help: string;
  readonly flags: Flags;
  readonly use: LedgerUse;
  /** @returns the exit code */
  readonly run: (opened: OpenedLedger, run: LedgerRun) => Promise<number>;
}

const FLAGS = { 'env-file': { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
const JSON_FLAG = { json: { type: 'boolean' } } as const;

const COMMANDS: Readonly<Record<LedgerCommand, CommandRow>> = {
  list: {
    help: `Lists conversations and their recordings, newest first. Reads only.

  npx recordings list --env-file .env                  the newest 50 of the last 30 days
  npx recordings list --missing                        recordings that are missing or were not announced
  npx recordings list --since 3d                       all of the last three days
  npx recordings list --foreign                        objects in the bucket that no start made

Options
  --missing          only recordings that are missing or that Tavus did not announce
  --since <time>     all since a day (2026-06-01, UTC), a time (2026-06-01T10:00Z), or days back (3d)
  --foreign          foreign objects, by key, found by the last comparison with the bucket
  --json             one JSON object a line
${COMMON}
Exit codes: 0 listed, 2 the command line is wrong, or the ledger could not be read.
`,
    flags: {
      ...FLAGS,
      ...JSON_FLAG,
      missing: { type: 'boolean' },
      foreign: { type: 'boolean' },
      since: { type: 'string' },
    },
    use: 'read',
    run: list,
  },
  show: {
    help: `Shows the state of one recording, its cause, the consent, and all facts in order. Reads only.

  npx recordings show c0123456789abcdef --env-file .env

Give the id of a conversation, or of a start (\`start_id\` in the log), or the key of a foreign object.

Options
  --json             everything as one JSON object
${COMMON}
Exit codes: 0 shown, 1 the id is unknown, 2 the command line is wrong, or the ledger could not be read.
`,
    flags: { ...FLAGS, ...JSON_FLAG },
    use: 'read',
    run: show,
  },
  reconcile: {
    help: `Compares the whole bucket with the ledger. A backend with access to the bucket does the same once a day.

  npx recordings reconcile --env-file .env

Lists foreign objects (not created by a start in this ledger), recordings that disappeared before they expired, and recordings
that were never announced. Writes its findings to the ledger; the backend sends the alerts.

Options
  --adopt            acknowledge all foreign objects, for a bucket that was in use before
  --json             the result as one JSON object
${COMMON}
The bucket is the one of TAVUS_RECORDING_S3_BUCKET_NAME, read with your own AWS credentials: they need s3:ListBucket,
s3:ListBucketVersions, s3:ListBucketMultipartUploads, s3:GetObject and s3:GetObjectVersion.

Exit codes: 0 nothing to look at, 1 there are unacknowledged foreign objects, or recordings are gone, 2 the command line is wrong,
or ledger or bucket could not be read.
`,
    flags: { ...FLAGS, ...JSON_FLAG, adopt: { type: 'boolean' } },
    use: 'write',
    run: reconcile,
  },
  acknowledge: {
    help: `Marks something as looked at, so that it is no longer listed as open.

  npx recordings acknowledge c0123456789abcdef --env-file .env       a conversation, or a start
  npx recordings acknowledge daily-co-test-upload.txt                a foreign object, by its key
  npx recordings acknowledge backup/                                 everything below, including later objects

Options
${COMMON}
Exit codes: 0 written, 1 the id is unknown, 2 the command line is wrong, or the ledger could not be written.
`,
    flags: FLAGS,
    use: 'write',
    run: acknowledge,
  },
  repair: {
    help: `Rebuilds the index rows and summaries of all conversations from the facts. Safe to run while the backend runs.

  npx recordings repair --env-file .env

Options
${COMMON}
Exit codes: 0 done, 1 interrupted (run it again), 2 the command line is wrong, or the ledger could not be read.
`,
    flags: FLAGS,
    use: 'write',
    run: repair,
  },
  export: {
    help: `Prints every row of the ledger as JSON lines. The output contains names of persons. Reads only.

  npx recordings export --env-file .env > ledger.jsonl

Leaves out short-lived rows: encrypted answers for repeated requests, slots and leases.

Options
${COMMON}
Exit codes: 0 written, 1 interrupted, 2 the command line is wrong, or the ledger could not be read.
`,
    flags: FLAGS,
    use: 'read',
    run: exportRows,
  },
};

const TAKES_ID: ReadonlySet<LedgerCommand> = new Set(['acknowledge', 'show']);

/** @throws UsageError naming every problem */
function readRun(name: LedgerCommand, given: Arguments, context: CliContext): LedgerRun {
  const nowMs = Date.now();
  const problems = [...given.problems];
  const since = textOption(given, 'since');
  const sinceMs = since === undefined ? undefined : readSince(since, nowMs);
  if (typeof sinceMs === 'string') problems.push(sinceMs);
  const [id] = given.words;
  if (TAKES_ID.has(name) && id === undefined) {
    problems.push(
      'id: missing, got nothing. Give the id of a conversation or start, or the key of an object',
    );
  }
  if (problems.length > 0) throw new UsageError(problems, `npx recordings ${name}`);
  return {
    context,
    nowMs,
    json: given.values['json'] === true,
    missing: given.values['missing'] === true,
    foreign: given.values['foreign'] === true,
    adopt: given.values['adopt'] === true,
    sinceMs: typeof sinceMs === 'number' ? sinceMs : undefined,
    id: id ?? '',
  };
}

/** @returns the exit code @throws UsageError */
export async function main(
  name: LedgerCommand,
  args: readonly string[],
  context: CliContext,
): Promise<number> {
  const { flags, help, run, use } = COMMANDS[name];
  const given = readArguments(args, flags, TAKES_ID.has(name) ? 1 : 0);
  if (given.values['help'] === true) {
    context.stdout.write(help);
    return 0;
  }
  const options = readRun(name, given, context);
  const env = withEnvFile(textOption(given, 'env-file'), context.env, `npx recordings ${name}`);
  const withFile = { ...context, env };
  try {
    return await withLedger(withFile, use, (opened) => run(opened, { ...options, context: withFile }));
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof ProblemsError)) throw error;
    context.stderr.write(`${maskOf([])(error.message)}\n`);
    return 2;
  }
}
