import { parseArgs } from 'node:util';
import { accountId } from '../../contract/aws-values';
import { bullets, formatValue, ProblemsError } from '../../contract/problem';
import { guid } from '../../contract/schemas';
import { audienceApplication } from './entra/audience';
import { graphByAz } from './entra/graph';
import { signInRoles } from './entra/sign-in-roles';
import type { Work } from './entra/work';

const HELP = `Makes in Entra what Pulumi's azure-native cannot: applications and their roles. Run again, it changes nothing.

  npm run entra -- --aws-account 111122223333 --principal-id "$(pulumi stack output appPrincipalId)"
  npm run entra -- --sign-in-app "$(pulumi config get easyAuthClientId)"

So that a backend may read its bucket
  --aws-account <account>     account of the bucket; it has one application for all its environments
  --principal-id <object id>  the backend's managed identity; run it once for each environment's

So that people may watch recordings
  --sign-in-app <client id>   app registration that people sign in to; it gets the roles Recordings.Read and Recordings.Prove
  --prover <object id>        an application's service principal, which then gets Recordings.Prove

  --dry-run                   only says what it would change
  --help                      this text

Needs \`az login\` and the Entra role Cloud Application Administrator, or Application Administrator; no right in Azure or AWS.

Exit codes: 0 all is there, 1 something is wrong or was refused, 2 the command line is wrong.
`;

const FLAGS = {
  'aws-account': { type: 'string' },
  'principal-id': { type: 'string' },
  'sign-in-app': { type: 'string' },
  prover: { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

const SCHEMAS = {
  'aws-account': accountId,
  'principal-id': guid('is not an object id (a GUID)'),
  'sign-in-app': guid('is not a client id (a GUID)'),
  prover: guid('is not an object id (a GUID)'),
} as const;

/** All that is wrong with the options, one line each. */
function optionProblems(given: Given): string[] {
  const names = ['aws-account', 'principal-id', 'sign-in-app', 'prover'] as const;
  const together = (one: (typeof names)[number], other: (typeof names)[number]): string[] =>
    given[one] !== undefined && given[other] === undefined ? [`--${other}: missing beside --${one}`] : [];
  return [
    ...names.flatMap((name) => {
      const value = given[name];
      const issue = value === undefined ? undefined : SCHEMAS[name].safeParse(value).error?.issues[0];
      return issue === undefined ? [] : [`--${name}: ${issue.message}, got ${formatValue(value)}`];
    }),
    ...together('aws-account', 'principal-id'),
    ...together('principal-id', 'aws-account'),
    ...together('prover', 'sign-in-app'),
    ...(names.every((name) => given[name] === undefined)
      ? ['nothing to do: --aws-account or --sign-in-app']
      : []),
  ];
}

export interface EntraContext {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly pause: () => Promise<void>;
}

/** Runs the command. Answers the exit code. */
export async function entra(args: readonly string[], context: EntraContext): Promise<number> {
  const { stdout, stderr } = context;
  let given: Given;
  try {
    given = parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee npm run entra -- --help\n`);
    return 2;
  }
  if (given.help === true) {
    stdout.write(HELP);
    return 0;
  }
  const problems = optionProblems(given);
  if (problems.length > 0) {
    stderr.write(`${bullets(problems)}\nSee npm run entra -- --help\n`);
    return 2;
  }
  try {
    await work(given, context);
    return 0;
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    stderr.write(`${bullets(error.problems)}\n`);
    return 1;
  }
}

async function work(given: Given, context: EntraContext): Promise<void> {
  const { stdout, stderr } = context;
  const isDry = given['dry-run'] === true;
  const graph = graphByAz(context);
  const tenantId = await graph.tenantId();
  let changes = 0;
  const change: Work['change'] = async (what, make) => {
    changes += 1;
    if (isDry) {
      stderr.write(`would make: ${what}\n`);
      return undefined;
    }
    const made = await make();
    stderr.write(`made: ${what}\n`);
    return made;
  };
  const { 'aws-account': awsAccount, 'principal-id': principalId, 'sign-in-app': clientId, prover } = given;
  const audience =
    awsAccount === undefined || principalId === undefined
      ? undefined
      : await audienceApplication({ graph, change }, { awsAccount, principalId });
  if (clientId !== undefined) await signInRoles({ graph, change }, { clientId, prover });
  if (changes === 0) stderr.write('nothing to change\n');
  if (audience === undefined) return;
  // AWS compares the token's claims letter by letter, and Entra writes them in lower case.
  const backend = { tenantId, principalId: principalId?.toLowerCase(), audience };
  stdout.write(
    `Into the environment's settings in cdk.json:\n  "backend": ${JSON.stringify(backend)}\n` +
      `and into the Pulumi stack's:\n  pulumi config set awsWebIdentityAudience ${audience}\n`,
  );
}

if (require.main === module) {
  const pause = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5_000));
  void entra(process.argv.slice(2), {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    pause,
  }).then((code) => (process.exitCode = code));
}
