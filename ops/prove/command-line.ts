import { givenText } from '../../contract/read-settings';
import { SECRET_SETTINGS } from '../../contract/settings';
import { readArguments, textOption, wholeOption } from '../arguments';
import type { CliContext } from '../cli-context';
import { openOperatorBucket } from '../ledger/operator-bucket';
import { maskOf } from '../mask';
import { UsageError } from '../usage-error';
import { BackendClient } from './backend-client';
import { failingChecks } from './diagnosis';
import { entraToken } from './entra';
import { ERASED_STEP, erasedStep } from './erased';
import { prove } from './prove';
import { checkLines, jsonReport, stepLines, summary } from './report';
import { exitCode, StepRunner } from './steps';
import { confirm, useLaptopEnv, findTarget, urlProblem, type ProofTarget } from './target';

const TALK_SEC = 12;
const WAIT_MIN = 30;

const HELP = `Proves that a recording lands: a headless browser talks on /qa, and the proof waits until the backend has verified the recording
in the bucket.

  npx recordings prove                                   the laptop cloud, while \`npm run local\` runs
  npx recordings prove --url https://... --env-file .env
  npx recordings prove --url https://... --json --yes

A backend of your own, without /qa, needs POST /tavus/start as in docs/openapi.json (docs/own-backend.md).

It costs about one minute of Tavus time and uses one of your concurrent conversations. It asks before it starts.

Options
  --url <address>    the backend (default: the running laptop cloud)
  --env-file <file>  settings; the process environment wins. START_API_KEY and OPERATOR_KEY; to erase, LEDGER_URL and
                     TAVUS_API_KEY. With the other settings of the backend the doctor can explain a failure, and the proof can
                     read the bucket of a backend of your own, both with your own AWS credentials
  --entra-app <id>   for a backend behind a sign-in: client id of its app registration. The token is requested for an app with
                     the roles Recordings.Read and Recordings.Prove (AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and
                     AZURE_TENANT_ID, or \`az login\`)
  --talk <seconds>   length of the talk, 5 to 600 (default ${TALK_SEC}: shorter recordings may not be delivered)
  --wait <minutes>   maximum wait for the recording (default ${WAIT_MIN})
  --keep             do not erase the recording at the end (it is erased as by \`recordings erase\`, if you have the rights)
  --yes              do not ask
  --json             print the report as JSON
  --help             this text

Ctrl-C ends the conversation. Secrets are masked in all output.
Exit codes: 0 passed, 1 a step failed, 2 the recording could not be tried, or the command line is wrong. Skipped steps are
listed and do not change the exit code.
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

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Secrets of AWS and Azure; those of the backend are in the settings table. */
const SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AZURE_CLIENT_SECRET'];

interface ProveArguments {
  readonly url: string | undefined;
  readonly envFile: string | undefined;
  readonly entraApp: string | undefined;
  readonly talkSec: number;
  readonly waitMin: number;
  readonly keeps: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Parses the arguments; undefined when help is asked for. @throws UsageError naming every problem */
function parse(args: readonly string[]): ProveArguments | undefined {
  const given = readArguments(args, FLAGS);
  if (given.values['help'] === true) return undefined;
  const problems = [...given.problems];
  const url = textOption(given, 'url');
  const wrong = url === undefined ? undefined : urlProblem(url);
  if (wrong !== undefined) problems.push(wrong);
  const talkSec = wholeOption(given, 'talk', { least: 5, most: 600 }, problems) ?? TALK_SEC;
  const waitMin = wholeOption(given, 'wait', { least: 1, most: 600 }, problems) ?? WAIT_MIN;
  if (problems.length > 0) throw new UsageError(problems, 'npx recordings prove');
  return {
    url,
    envFile: textOption(given, 'env-file'),
    entraApp: textOption(given, 'entra-app'),
    talkSec,
    waitMin,
    keeps: given.values['keep'] === true,
    yes: given.values['yes'] === true,
    json: given.values['json'] === true,
  };
}

/** @returns the exit code @throws UsageError */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  const options = parse(args);
  if (options === undefined) {
    context.stdout.write(HELP);
    return 0;
  }
  const target = findTarget(options, context.env);
  if (target.isLaptop) useLaptopEnv(target.env);
  else if (!options.yes) await confirm(target.url, options.talkSec);
  return run(target, options, context);
}

async function run(
  { url, env }: ProofTarget,
  options: ProveArguments,
  { stdout, stderr }: CliContext,
): Promise<number> {
  const secrets = secretsOf(env);
  const mask = (text: string): string => maskOf(secrets)(text);
  const startKey = givenText(env['START_API_KEY']);
  const operatorKey = givenText(env['OPERATOR_KEY']);
  const token =
    options.entraApp === undefined
      ? undefined
      : await entraToken(options.entraApp, (text) => secrets.push(text));
  const context = { env, stdout, stderr: { write: (text: string) => stderr.write(mask(text)) } };
  const colour = stderr.isTTY === true && stderr.hasColors?.() === true;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  // Not `once`: npm forwards a signal that the terminal has already sent.
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    const at = new Date();
    const steps = new StepRunner(
      (result) => void context.stderr.write(stepLines(result, colour)),
      interrupted.signal,
    );
    const proven = await prove(
      {
        backend: new BackendClient(url, { startKey, operatorKey, token }),
        talkSec: options.talkSec,
        mostMs: options.waitMin * 60_000,
        signal: interrupted.signal,
        progress: (text) => void context.stderr.write(`  ${text}\n`),
        openBucket: () => openOperatorBucket({ env }),
      },
      steps,
    );
    if (proven.call !== undefined && exitCode(steps.results) === 0) {
      if (options.keeps) steps.skip(ERASED_STEP, '--keep is given');
      else await steps.run(erasedStep(proven.call, context)).catch(() => undefined);
    }
    const { results } = steps;
    const checks = exitCode(results) === 1 ? await failingChecks(options.envFile, context) : [];
    context.stderr.write(`${checkLines(checks)}${summary(results)}`);
    if (options.json) stdout.write(`${mask(jsonReport({ backend: url, at, proven, results, checks }))}\n`);
    return exitCode(results);
  } finally {
    // After an interrupt they stay: npm's copy of the signal would otherwise end the process with another exit code.
    if (!interrupted.signal.aborted) for (const name of SIGNALS) process.off(name, interrupt);
  }
}

/** Secrets in the environment, which the output must not contain. */
const secretsOf = (env: NodeJS.ProcessEnv): string[] =>
  [...SECRET_SETTINGS, ...SECRETS].flatMap((name) => env[name]?.split(',').map((text) => text.trim()) ?? []);
