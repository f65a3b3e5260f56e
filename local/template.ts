import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { JsonObject } from './json';

export interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
}

/** What we read of a synthesized template; everything else in it is passed on as it is. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** Reads a template, whoever synthesized it. */
export const TEMPLATE: z.ZodType<Template> = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.json()).default({}) }),
  ),
});

/** File of a stack's template in a cloud assembly. */
export const templateFile = (assembly: string, stack: string): string =>
  path.join(assembly, `${stack}.template.json`);

/** Reads a stack's template out of a cloud assembly. */
export function readTemplate(assembly: string, stack: string): Template {
  return TEMPLATE.parse(JSON.parse(readFileSync(templateFile(assembly, stack), 'utf8')));
}

/** Every resource of one CloudFormation type, with its logical id. */
export function resourcesOfType(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** A copy in which every resource of one type has other properties. */
export function withProperties(
  template: Template,
  type: string,
  change: (properties: JsonObject) => JsonObject,
): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    resource.Type === type ? { ...resource, Properties: change(resource.Properties) } : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}
