import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackendIdentity } from '../contract/backend-identity';
import { LAPTOP_ENVIRONMENT, parseHandOver, stackName, type HandOver } from '../contract/hand-over';
import { runCdk } from './aws/cdk';
import type { Emulator } from './aws/emulator';
import type { Fault } from './faults';
import type { Encryption } from './options';
import { readTemplate, templateFile } from './template';

/** The laptop's own stack, which no other program accepts. */
const STACK = stackName(LAPTOP_ENVIRONMENT);

/** What the deployment steps need of this run. */
export interface RunContext {
  readonly emulator: Emulator;
  /** This run's own folder below .local/. */
  readonly directory: string;
  readonly root: string;
  readonly encryption: Encryption;
  /** The identity that may read the bucket. @default - none */
  readonly backend?: BackendIdentity;
  readonly signal: AbortSignal;
}

const assembly = ({ directory }: RunContext): string => path.join(directory, 'cdk.out');
/** What `cdk deploy` hands over. */
export const outputsFile = ({ directory }: RunContext): string => path.join(directory, 'cdk-outputs.json');

async function cdk(context: RunContext, ...args: readonly string[]): Promise<void> {
  const { emulator, directory, root, signal } = context;
  await runCdk({
    emulator,
    args: [...args, '--no-notices'],
    directory,
    root,
    report: () => undefined,
    signal,
  });
}

/** As they would stand in cdk.json. */
const environments = ({ encryption, backend }: RunContext): string =>
  JSON.stringify({ [LAPTOP_ENVIRONMENT]: { encryption, holds: true, backend } });

/** Settings of the laptop's environment, as a user would give them on the command line. */
const cdkContext = (context: RunContext): readonly string[] => [
  '--context',
  `environments=${environments(context)}`,
];

/** Writes a cdk.json beside the hand-over: the doctor looks there for what was wanted. */
export async function writeCdkJson(context: RunContext): Promise<void> {
  const text = `{ "context": { "environments": ${environments(context)} } }\n`;
  await writeFile(path.join(context.directory, 'cdk.json'), text);
}

/** `cdk bootstrap`: what AWS needs once per account and region. */
export async function bootstrap(context: RunContext): Promise<void> {
  const { account, region } = context.emulator;
  // It runs the app too, and would leave an assembly in the project's own cdk.out.
  await cdk(
    context,
    'bootstrap',
    `aws://${account}/${region}`,
    ...cdkContext(context),
    '--output',
    assembly(context),
  );
}

const DEPLOY = ['deploy', STACK, '--require-approval', 'never', '--progress', 'events'] as const;

/** `cdk deploy` of the stack as it is. */
export async function deploy(context: RunContext): Promise<void> {
  await cdk(
    context,
    ...DEPLOY,
    ...cdkContext(context),
    '--output',
    assembly(context),
    '--outputs-file',
    outputsFile(context),
  );
}

/** `cdk deploy` of what an account has once: the provider of the tokens of {@link RunContext.backend}'s tenant. */
export async function deployIdentityProvider(context: RunContext): Promise<void> {
  await cdk(
    context,
    'deploy',
    '--app',
    'node --require tsx/cjs infra-aws/identity.ts',
    '--require-approval',
    'never',
    ...cdkContext(context),
    '--output',
    path.join(context.directory, 'cdk.out.identity'),
  );
}

/**
 * `cdk deploy` of a copy of the synthesized assembly with a mistake in it.
 * @throws when the mistake changes nothing, so that a run can't show a mistake that was never made
 */
export async function deployWithFault(context: RunContext, fault: Fault): Promise<void> {
  const intact = assembly(context);
  const broken = path.join(context.directory, 'cdk.out.with-mistake');
  await cdk(context, 'synth', '--quiet', ...cdkContext(context), '--output', intact);
  await cp(intact, broken, { recursive: true });
  const template = readTemplate(intact, STACK);
  if (fault.inTemplate !== undefined) {
    const changed = JSON.stringify(fault.inTemplate(template), null, 1);
    if (changed === JSON.stringify(template, null, 1)) {
      throw new Error(
        `${fault.summary}: the template has nothing left to break. Bring the mistake up to date.`,
      );
    }
    await writeFile(templateFile(broken, STACK), changed);
  }
  await cdk(context, ...DEPLOY, '--app', broken, '--outputs-file', outputsFile(context));
}

/** Reads the values that the deployment hands over, as the Pulumi program will. */
export async function readHandOver(context: RunContext): Promise<HandOver> {
  const text = await readFile(outputsFile(context), 'utf8');
  return parseHandOver(text, { environment: LAPTOP_ENVIRONMENT, acceptLaptop: true });
}
