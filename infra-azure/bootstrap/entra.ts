import { parseArgs } from 'node:util';
import { accountId } from '../../contract/aws-values';
import { bullets, formatValue, ProblemsError } from '../../contract/problem';
import { guid } from '../../contract/schemas';
import { audienceApplication } from './entra/audience';
import { graphByAz } from './entra/graph';
import { signInRoles } from './entra/sign-in-roles';
import type { ChangeContext } from './entra/change-context';

const HELP = `Creates applications and their roles in Entra, which Pulumi's azure-native cannot do. It is safe to run it again.

  npm run entra -- --aws-account 111122223333 --principal-id "$(pulumi stack output appPrincipalId)"
  npm run entra -- --sign-in-app "$(pulumi config get easyAuthClientId)"

So that a backend may read its bucket
  --aws-account <account>     account of the bucket; all environments of an account share one application
  --principal-id <object id>  the backend's managed identity; run it once for each environment

So that people may watch recordings
  --sign-in-app <client id>   app registration that people sign in to; it gets the roles Recordings.Read and Recordings.Prove
  --prover <object id>        service principal of an application that gets Recordings.Prove

  --dry-run                   prints the changes without making them
  --help                      this text

Needs \`az login\` and the Entra role Cloud Application Administrator, or Application Administrator; no rights in Azure or AWS.

Exit codes: 0 everything exists, 1 a check failed or Entra refused a change, 2 the command line is wrong.
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

/** All problems of the options, one line each. */
function optionProblems(given: Given): string[] {
  const names = ['aws-account', 'principal-id', 'sign-in-app', 'prover'] as const;
  const together = (one: (typeof names)[number], other: (typeof names)[number]): string[] =>
    given[one] !== undefined && given[other] === undefined
      ? [`--${other}: missing although --${one} is set`]
      : [];
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
      ? ['nothing to do: use --aws-account or --sign-in-app']
      : []),
  ];
}

export interface EntraContext {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly pause: () => Promise<void>;
}

/** Runs the command and returns the exit code. */
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
    await applyChanges(given, context);
    return 0;
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    stderr.write(`${bullets(error.problems)}\n`);
    return 1;
  }
}

async function applyChanges(given: Given, context: EntraContext): Promise<void> {
  const { stdout, stderr } = context;
  const isDry = given['dry-run'] === true;
  const graph = graphByAz(context);
  const tenantId = await graph.tenantId();
  let changes = 0;
  const change: ChangeContext['change'] = async (what, apply) => {
    changes += 1;
    if (isDry) {
      stderr.write(`would change: ${what}\n`);
      return undefined;
    }
    const result = await apply();
    stderr.write(`changed: ${what}\n`);
    return result;
  };
  const { 'aws-account': awsAccount, 'principal-id': principalId, 'sign-in-app': clientId, prover } = given;
  const audience =
    awsAccount === undefined || principalId === undefined
      ? undefined
      : await audienceApplication({ graph, change }, { awsAccount, principalId });
  if (clientId !== undefined) await signInRoles({ graph, change }, { clientId, prover });
  if (changes === 0) stderr.write('nothing to change\n');
  if (audience === undefined) return;
  // AWS compares the token's claims case-sensitively, and Entra writes them in lower case.
  const backend = { tenantId, principalId: principalId?.toLowerCase(), audience };
  stdout.write(
    `Add to the environment's settings in cdk.json:\n  "backend": ${JSON.stringify(backend)}\n` +
      `and run:\n  pulumi config set awsWebIdentityAudience ${audience}\n`,
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
