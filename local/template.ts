import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { JsonObject } from './json';

export interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
}

/** The parts of a template that this program reads. It keeps all other parts unchanged. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export const TEMPLATE: z.ZodType<Template> = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.json()).default({}) }),
  ),
});

/** Path of a stack's template in a cloud assembly. */
export const templateFile = (assembly: string, stack: string): string =>
  path.join(assembly, `${stack}.template.json`);

/** Reads a stack's template from a cloud assembly. */
export function readTemplate(assembly: string, stack: string): Template {
  return TEMPLATE.parse(JSON.parse(readFileSync(templateFile(assembly, stack), 'utf8')));
}

/** All resources of one CloudFormation type, with their logical ids. */
export function resourcesOfType(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** A copy with changed properties of every resource of one type. */
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
