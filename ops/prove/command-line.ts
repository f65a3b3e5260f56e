import { givenText } from '../../contract/read-settings';
import { readArguments, textOption } from '../arguments';
import type { CliContext } from '../cli-context';
import { openOperatorBucket } from '../ledger/operator-bucket';
import { maskOf } from '../mask';
import { UsageError } from '../usage-error';
import { Backend } from './backend';
import { entraToken } from './entra';
import { prove } from './prove';
import { jsonReport, stepLines, summary } from './report';
import { exitCode, Steps } from './steps';
import { confirm, targetOf, type Target } from './target';

const HELP = `Proves that a recording lands: a headless browser talks on /qa, and the recording is followed until the backend has seen it
in the bucket.

  npx recordings prove                                   the laptop cloud, while \`npm run local\` is up
  npx recordings prove --url https://... --env-file .env
  npx recordings prove --url https://... --json --yes

A backend of your own, without /qa, needs POST /tavus/start as docs/openapi.json has it (docs/own-backend.md).

It costs about a minute of Tavus and one of the conversations that may run at a time; it says so and asks first.

Options
  --url <address>    the backend @default the laptop cloud that runs
  --env-file <file>  START_API_KEY and OPERATOR_KEY, and for a backend of your own the settings of the bucket, which is read
                     with your AWS credentials; the process environment comes first
  --entra-app <id>   behind a sign-in: client id of its app registration; the token is of an app with the roles
                     Recordings.Read and Recordings.Prove (AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, or \`az login\`)
  --talk <seconds>   how long is talked, 5 to 600 (default 12: shorter recordings may not be delivered)
  --wait <minutes>   how long is waited for the recording at most (default 30)
  --keep             leave the recording in the bucket
  --yes              do not ask
  --json             the report for programs, on standard output
  --help             this text

Exit codes: 0 passed, 1 a step failed, 2 the recording could not be tried, or the command line is wrong. Steps that were
skipped are listed, and change nothing.
`;

const FLAGS = {
  url: { type: 'string' },
  'env-file': { type: 'string' },
  'entra-app': { type: 'string' },
  talk: { type: 'string' },
  wait: { type: 'string' },
  keep: { type: 'boolean' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Words {
  readonly url: string | undefined;
  readonly envFile: string | undefined;
  readonly entraApp: string | undefined;
  readonly talkSec: number;
  readonly waitMin: number;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Reads the words after `prove`; undefined when help is asked for. @throws UsageError naming every problem */
function parse(args: readonly string[]): Words | undefined {
  const given = readArguments(args, FLAGS);
  if (given.values['help'] === true) return undefined;
  const problems = [...given.problems];
  const whole = (name: 'talk' | 'wait', least: number, most: number, otherwise: number): number => {
    const text = textOption(given, name);
    const value = text === undefined ? otherwise : Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      problems.push(`--${name}: is not a whole number from ${least} to ${most}, got ${text ?? 'nothing'}`);
    }
    return value;
  };
  const url = textOption(given, 'url');
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    problems.push(`--url: is not an address such as https://recordings.example.com, got ${url}`);
  }
  const talkSec = whole('talk', 5, 600, 12);
  const waitMin = whole('wait', 1, 600, 30);
  if (problems.length > 0) throw new UsageError(problems, 'npx recordings prove');
  return {
    url,
    envFile: textOption(given, 'env-file'),
    entraApp: textOption(given, 'entra-app'),
    talkSec,
    waitMin,
    yes: given.values['yes'] === true,
    json: given.values['json'] === true,
  };
}

/** Runs `recordings prove`. Answers the exit code. @throws UsageError */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  const words = parse(args);
  if (words === undefined) {
    context.stdout.write(HELP);
    return 0;
  }
  const target = targetOf(words, context.env);
  if (!target.isLaptop && !words.yes) await confirm(target.url, words.talkSec);
  return run(target, words, context);
}

async function run({ url, env }: Target, words: Words, { stdout, stderr }: CliContext): Promise<number> {
  const startKey = givenText(env['START_API_KEY']);
  const operatorKey = givenText(env['OPERATOR_KEY']);
  const token = words.entraApp === undefined ? undefined : await entraToken(words.entraApp);
  const mask = maskOf([startKey ?? '', operatorKey ?? ''].filter((one) => one !== ''));
  const colour = stderr.isTTY === true && stderr.hasColors?.() === true;
  const steps = new Steps((result) => void stderr.write(mask(stepLines(result, colour))));
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const at = new Date();
    const proven = await prove(
      {
        backend: new Backend(url, { startKey, operatorKey, token }),
        talkSec: words.talkSec,
        mostMs: words.waitMin * 60_000,
        signal: interrupted.signal,
        progress: (text) => void stderr.write(mask(`  ${text}\n`)),
        openBucket: () => openOperatorBucket({ env }),
      },
      steps,
    );
    stderr.write(summary(steps.results));
    if (words.json) stdout.write(`${mask(jsonReport(url, at, proven, steps.results))}\n`);
    return exitCode(steps.results);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
