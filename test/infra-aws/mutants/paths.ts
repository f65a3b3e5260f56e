import {
  type CfnTemplate,
  isObject,
  type TemplateValue,
  type TemplateObject,
  parseTemplate,
  type TemplateStatement,
} from '../template';

/** A path in a template. */
export type Path = readonly (string | number)[];

/** A template with one mutation. */
export interface Mutant {
  readonly name: string;
  readonly template: CfnTemplate;
  /** The policy statement with the mutation, before and after. @default - the mutation may be anywhere */
  readonly statements?: readonly TemplateStatement[];
}

/** Lists in CloudFormation's functions are part of one value. */
export const isIntrinsic = (value: TemplateValue): boolean => {
  const [name, ...others] = isObject(value) ? Object.keys(value) : [];
  return others.length === 0 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'));
};

/** The template with `edit` applied to the object or list that contains the path's last step. */
function edited(
  template: CfnTemplate,
  path: Path,
  edit: (holder: TemplateValue[] | TemplateObject, step: string | number) => void,
): CfnTemplate {
  const copy = structuredClone(template);
  let holder: TemplateValue = { Resources: copy.Resources, Outputs: copy.Outputs };
  for (const step of path.slice(0, -1)) holder = child(holder, step);
  const last = path.at(-1);
  if (last === undefined || !(Array.isArray(holder) || isObject(holder)))
    throw new Error(`${path.join('.')}: no such path`);
  edit(holder, last);
  return parseTemplate(copy);
}

function child(value: TemplateValue, step: string | number): TemplateValue {
  const found = Array.isArray(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined;
  if (found === undefined) throw new Error(`${step}: no such path`);
  return found;
}

export const removed = (template: CfnTemplate, path: Path): Mutant => ({
  name: `${path.join('.')} removed`,
  template: edited(template, path, (holder, step) => {
    if (Array.isArray(holder)) holder.splice(Number(step), 1);
    else delete holder[step];
  }),
});

export const replaced = (template: CfnTemplate, path: Path, value: TemplateValue): Mutant => ({
  name: `${path.join('.')} = ${JSON.stringify(value)}`,
  template: edited(template, path, (holder, step) => {
    if (Array.isArray(holder)) holder[Number(step)] = value;
    else holder[step] = value;
  }),
});

/** Every path below `value` that satisfies the test, without the paths below these. */
export function pathsOf(
  value: TemplateValue,
  wanted: (value: TemplateValue) => boolean,
  path: Path = [],
): Path[] {
  if (wanted(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsOf(item, wanted, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsOf(item, wanted, [...path, key]));
}
