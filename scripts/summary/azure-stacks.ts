import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { withoutByteOrderMark } from '../../contract/text-encoding';
import { runProgram } from '../../local/azure/engine/engine';
import { PROJECT } from '../../local/azure/stack/project';
import { withoutSecrets } from '../../local/azure/wire';
import type { Resource } from './compare-resources';
import { madeUpConfig } from './made-up-config';
import { NOWHERE } from './nowhere';

const CDK_JSON = z.object({ context: z.object({ environments: z.record(z.string(), z.unknown()) }) });

/** What a first `pulumi up` makes, by environment. */
export type AzureStacks = ReadonlyMap<string, readonly Resource[]>;

/**
 * Plays a first `pulumi up` of each environment of cdk.json by the small engine. No preview: in one nothing that Azure
 * makes is known, and so nothing of the container.
 * @param folder for what the program reads
 * @throws with the program's words when it refuses
 */
export async function azureStacks(tree: string, folder: string): Promise<AzureStacks> {
  const { environments } = CDK_JSON.parse(
    JSON.parse(withoutByteOrderMark(readFileSync(path.join(tree, 'cdk.json'), 'utf8'))),
  ).context;
  const stacks = new Map<string, readonly Resource[]>();
  for (const stack of Object.keys(environments)) stacks.set(stack, await firstUp(tree, stack, folder));
  return stacks;
}

async function firstUp(tree: string, stack: string, folder: string): Promise<Resource[]> {
  const { exitCode, log, stderr, resources } = await runProgram({
    ...PROJECT,
    ...madeUpConfig(tree, stack, folder),
    rootDirectory: tree,
    stack,
    provider: NOWHERE,
  });
  if (exitCode !== 0) {
    const words = log.filter(({ severity }) => severity === 'error').map(({ text }) => text);
    throw new Error(
      `${stack}: the Pulumi program failed, got exit code ${exitCode}. It would in a deployment too. Correct what it says:\n` +
        [...words, stderr].join('\n'),
    );
  }
  return resources
    .filter(({ custom }) => custom)
    .map(({ type, name, inputs }) => ({ type, name, declaration: withoutSecrets(inputs) }));
}
