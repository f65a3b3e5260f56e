import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { versionDifferences } from './api-versions';
import { typeDefinition, type TypeDefinition } from './bicep-types';
import { RESOURCE_TYPES } from './resource-types';

/** Azure's own definitions of the types that we know, by azure-native type. */
export type Definitions = ReadonlyMap<string, TypeDefinition>;

const contents = z.object({ resources: z.record(z.string(), typeDefinition) });

function read(file: string): z.infer<typeof contents>['resources'] {
  try {
    return contents.parse(JSON.parse(readFileSync(file, 'utf8'))).resources;
  } catch (cause) {
    const got = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(
      `${file}: not a file of Azure's type definitions, got ${got}. Inputs would be checked by the hand rules alone. Name a file made from bicep-types-az, or none.`,
      { cause },
    );
  }
}

/**
 * Reads a file of Azure's type definitions (those of github.com/Azure/bicep-types-az, pruned to what we use).
 * @throws an error with all that makes the file worthless: another form, types of ours missing, or API versions that
 * the installed @pulumi/azure-native does not send.
 */
export function loadDefinitions(file: string): Definitions {
  const definitions = new Map(Object.entries(read(file)));
  const missing = Object.keys(RESOURCE_TYPES)
    .filter((type) => !definitions.has(type))
    .map(
      (type) =>
        `${type}: not in the definitions, got nothing. Its inputs would go unchecked. Make the file with all types.`,
    );
  const versions = new Map([...definitions].map(([type, { version }]) => [type, version]));
  const problems = [...missing, ...versionDifferences(versions)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return definitions;
}
