import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { changedPaths, type ChangedPath } from './changed-paths';
import { compareResources, type Resource, type ResourceChange } from './compare-resources';

const TEMPLATE = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
    }),
  ),
});

const MANIFEST = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          terminationProtection: z.boolean().default(false),
        })
        .default({ terminationProtection: false }),
    }),
  ),
});

export type Template = z.output<typeof TEMPLATE>;

/** A stack as it is synthesized. */
export interface Stack {
  readonly template: Template;
  readonly terminationProtection: boolean;
}

export type Stacks = ReadonlyMap<string, Stack>;

/** Reads every stack of a cloud assembly. */
export function readStacks(assembly: string): Stacks {
  const json = (file: string): unknown => JSON.parse(readFileSync(path.join(assembly, file), 'utf8'));
  const { artifacts } = MANIFEST.parse(json('manifest.json'));
  return new Map(
    Object.entries(artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name, { properties }]) => {
        const { templateFile = `${name}.template.json`, terminationProtection } = properties;
        return [name, { template: TEMPLATE.parse(json(templateFile)), terminationProtection }];
      }),
  );
}

/** What changes in a stack. */
export interface StackChange {
  readonly resources: readonly ResourceChange[];
  /** Outside the resources: outputs, parameters, the protection of the stack. */
  readonly elsewhere: readonly ChangedPath[];
}

const NOTHING: Stack = { template: { Resources: {} }, terminationProtection: false };

/** What changes from one stack to another; undefined: there was, or is, none. */
export function compareStacks(before: Stack = NOTHING, after: Stack = NOTHING): StackChange {
  return {
    resources: compareResources(resources(before), resources(after)),
    elsewhere: changedPaths(elsewhere(before), elsewhere(after)),
  };
}

const resources = ({ template }: Stack): Resource[] =>
  Object.entries(template.Resources).map(([name, { Type: type, ...declaration }]) => ({
    type,
    name,
    declaration,
  }));

const elsewhere = ({ template, terminationProtection }: Stack): unknown => ({
  ...template,
  Resources: undefined,
  terminationProtection,
});
