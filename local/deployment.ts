import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackendIdentity } from '../contract/backend-identity';
import { LAPTOP_ENVIRONMENT, parseHandOver, stackName, type HandOver } from '../contract/hand-over';
import { runCdk } from './aws/cdk';
import type { Emulator } from './aws/emulator';
import type { LaptopFault } from './faults';
import type { Encryption } from './options';
import { readTemplate, templateFile } from './template';

/** Other programs refuse a stack of this name. */
const STACK = stackName(LAPTOP_ENVIRONMENT);

/** A run, for the steps that deploy to AWS. */
export interface RunContext {
  readonly emulator: Emulator;
  /** This run's folder below .local/. */
  readonly directory: string;
  readonly root: string;
  readonly encryption: Encryption;
  /** Identity that may read the bucket. @default - none */
  readonly backend?: BackendIdentity;
  readonly signal: AbortSignal;
}

const assembly = ({ directory }: RunContext): string => path.join(directory, 'cdk.out');
/** The hand-over that `cdk deploy` writes. */
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

/** The key `environments`, as in cdk.json. */
const environments = ({ encryption, backend }: RunContext): string =>
  JSON.stringify({ [LAPTOP_ENVIRONMENT]: { encryption, holds: true, backend } });

const cdkContext = (context: RunContext): readonly string[] => [
  '--context',
  `environments=${environments(context)}`,
];

/** Writes a cdk.json into the folder of the hand-over, where the doctor reads the intended settings. */
export async function writeCdkJson(context: RunContext): Promise<void> {
  const text = `{ "context": { "environments": ${environments(context)} } }\n`;
  await writeFile(path.join(context.directory, 'cdk.json'), text);
}

/** Runs `cdk bootstrap`, which each account and region needs once. */
export async function bootstrap(context: RunContext): Promise<void> {
  const { account, region } = context.emulator;
  // Bootstrapping also synthesizes the app. Without `--output` it would write to the project's cdk.out.
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

/** Runs `cdk deploy` for the unchanged stack. */
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

/** Deploys the account's identity provider, for tokens of {@link RunContext.backend}'s tenant. */
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
 * Runs `cdk deploy` for a copy of the synthesized assembly that contains the fault.
 * @throws when the fault does not change the template
 */
export async function deployWithFault(context: RunContext, fault: LaptopFault): Promise<void> {
  const intact = assembly(context);
  const broken = path.join(context.directory, 'cdk.out.with-fault');
  await cdk(context, 'synth', '--quiet', ...cdkContext(context), '--output', intact);
  await cp(intact, broken, { recursive: true });
  const template = readTemplate(intact, STACK);
  if (fault.inTemplate !== undefined) {
    const changed = JSON.stringify(fault.inTemplate(template), null, 1);
    if (changed === JSON.stringify(template, null, 1)) {
      throw new Error(
        `${fault.summary}: this fault changes nothing in the template. Update it in local/faults.ts.`,
      );
    }
    await writeFile(templateFile(broken, STACK), changed);
  }
  await cdk(context, ...DEPLOY, '--app', broken, '--outputs-file', outputsFile(context));
}

/** Reads the hand-over, as the Pulumi program does. */
export async function readHandOver(context: RunContext): Promise<HandOver> {
  const text = await readFile(outputsFile(context), 'utf8');
  return parseHandOver(text, { environment: LAPTOP_ENVIRONMENT, acceptLaptop: true });
}
