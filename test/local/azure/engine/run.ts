import path from 'node:path';
import { runProgram } from '../../../../local/azure/engine/engine';
import type { ProgramResult, ProgramRun, RegisteredResource } from '../../../../local/azure/engine/engine';

/** The folder of the fixture programs, in the place of the one with Pulumi.yaml. */
export const ROOT = path.resolve(__dirname, '../../../fixtures/pulumi');

export const API_KEY = 'tvsk_never_to_be_shown';

/** Runs one of the fixture programs. */
export function runFixture(
  name: 'process' | 'twice' | 'vault',
  props: Pick<ProgramRun, 'provider'> & Partial<ProgramRun>,
): Promise<ProgramResult> {
  return runProgram({
    rootDirectory: ROOT,
    main: `${name}/index.ts`,
    project: 'test',
    stack: 'laptop',
    secretKeys: ['apiKey'],
    ...props,
    config: { location: 'westeurope', apiKey: API_KEY, ...props.config },
  });
}

/** `<operation> <name>` of each. */
export const operations = (resources: readonly RegisteredResource[]): string[] =>
  resources.map(({ operation, name }) => `${operation} ${name}`);

/** The one resource of that name. */
export function named(resources: readonly RegisteredResource[], name: string): RegisteredResource {
  const [found, ...others] = resources.filter((resource) => resource.name === name);
  if (found === undefined || others.length > 0)
    throw new Error(`${name}: ${others.length} others of that name.`);
  return found;
}
