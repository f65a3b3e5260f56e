import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LAPTOP_ENVIRONMENT, parseHandOver, stackName, type HandOver } from '../contract/hand-over';
import { runCdk } from './aws/cdk';
import type { Emulator } from './aws/emulator';
import type { Mistake } from './mistakes';
import type { Encryption } from './options';
import { readTemplate, templateFile, type Template } from './template';

/** The laptop's own stack, which no other program accepts. */
export const STACK = stackName(LAPTOP_ENVIRONMENT);

/** What the deployment steps need of this run. */
export interface Workplace {
  readonly emulator: Emulator;
  /** This run's own folder below .local/. */
  readonly directory: string;
  readonly root: string;
  readonly encryption: Encryption;
  readonly signal: AbortSignal;
}

const assembly = ({ directory }: Workplace): string => path.join(directory, 'cdk.out');
/** What `cdk deploy` hands over. */
export const outputsFile = ({ directory }: Workplace): string => path.join(directory, 'cdk-outputs.json');

async function cdk(place: Workplace, ...args: readonly string[]): Promise<void> {
  const { emulator, directory, root, signal } = place;
  await runCdk({
    emulator,
    args: [...args, '--no-notices'],
    directory,
    root,
    report: () => undefined,
    signal,
  });
}

/** Settings of the laptop's environment, as a user would give them on the command line. */
const context = ({ encryption }: Workplace): readonly string[] => [
  '--context',
  `environments=${JSON.stringify({ [LAPTOP_ENVIRONMENT]: { encryption } })}`,
];

/** `cdk bootstrap`: what AWS needs once per account and region. */
export async function bootstrap(place: Workplace): Promise<void> {
  const { account, region } = place.emulator;
  // It runs the app too, and would leave an assembly in the project's own cdk.out.
  await cdk(place, 'bootstrap', `aws://${account}/${region}`, ...context(place), '--output', assembly(place));
}

const DEPLOY = ['deploy', STACK, '--require-approval', 'never', '--progress', 'events'] as const;

/** `cdk deploy` of the stack as it is. Answers the template that was deployed. */
export async function deploy(place: Workplace): Promise<Template> {
  await cdk(
    place,
    ...DEPLOY,
    ...context(place),
    '--output',
    assembly(place),
    '--outputs-file',
    outputsFile(place),
  );
  return readTemplate(assembly(place), STACK);
}

/**
 * `cdk deploy` of a copy of the synthesized assembly with a mistake in it. Answers the template without the mistake.
 * @throws when the mistake changes nothing, so that a run can't show a mistake that was never made
 */
export async function deployWithMistake(place: Workplace, mistake: Mistake): Promise<Template> {
  const intact = assembly(place);
  const broken = path.join(place.directory, 'cdk.out.with-mistake');
  await cdk(place, 'synth', '--quiet', ...context(place), '--output', intact);
  await cp(intact, broken, { recursive: true });
  const template = readTemplate(intact, STACK);
  if (mistake.inTemplate !== undefined) {
    const changed = JSON.stringify(mistake.inTemplate(template), null, 1);
    if (changed === JSON.stringify(template, null, 1)) {
      throw new Error(
        `${mistake.summary}: the template has nothing left to break. Bring the mistake up to date.`,
      );
    }
    await writeFile(templateFile(broken, STACK), changed);
  }
  await cdk(place, ...DEPLOY, '--app', broken, '--outputs-file', outputsFile(place));
  return template;
}

/** Reads the values that the deployment hands over, as the Pulumi program will. */
export async function readHandOver(place: Workplace): Promise<HandOver> {
  const text = await readFile(outputsFile(place), 'utf8');
  return parseHandOver(text, { environment: LAPTOP_ENVIRONMENT, acceptLaptop: true });
}
