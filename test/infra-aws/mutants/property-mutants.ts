import { type CfnTemplate, isObject, type TemplateValue, parseTemplate } from '../template';
import { isIntrinsic, type Mutant, type Path, removed, replaced } from './paths';

/** Names without meaning for AWS, and parts covered by the policy mutants. */
const SKIPPED = new Set(['Id', 'PolicyName', 'Statement', 'Version']);

/** Every resource, attribute, property (at each depth) and output, removed or changed. */
export function propertyMutants(template: CfnTemplate): Mutant[] {
  return [
    ...Object.entries(template.Resources).flatMap(([id, resource]) => [
      removed(template, ['Resources', id]),
      renamed(template, id),
      ...(['DeletionPolicy', 'UpdateReplacePolicy'] as const).map((attribute) =>
        replaced(
          template,
          ['Resources', id, attribute],
          resource[attribute] === undefined ? 'Retain' : 'Delete',
        ),
      ),
      ...mutantsBelow(template, ['Resources', id, 'Properties'], resource.Properties),
    ]),
    ...Object.entries(template.Outputs).flatMap(([id, { Value }]) => [
      removed(template, ['Outputs', id]),
      replaced(template, ['Outputs', id, 'Value'], another(Value)),
    ]),
  ];
}

/** As after renaming a construct. */
function renamed(template: CfnTemplate, id: string): Mutant {
  const text = JSON.stringify(template).replaceAll(`"${id}"`, `"${id}x"`);
  return { name: `${id} renamed`, template: parseTemplate(JSON.parse(text)) };
}

function mutantsBelow(template: CfnTemplate, path: Path, value: TemplateValue): Mutant[] {
  const entries = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return entries
    .filter(([step]) => !SKIPPED.has(String(step)))
    .flatMap(([step, item]) => {
      const place = [...path, step];
      // A policy document is removed with its parent, because CloudFormation would refuse the parent without it.
      const isPolicy = isObject(item) && 'Statement' in item;
      const isLeaf = isIntrinsic(item) || !(Array.isArray(item) || isObject(item));
      return [
        ...(isPolicy ? [] : [removed(template, place)]),
        ...(isLeaf ? [replaced(template, place, another(item))] : mutantsBelow(template, place, item)),
      ];
    });
}

function another(value: TemplateValue): TemplateValue {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : 'another';
}
