import {
  asList,
  type CfnResource,
  isObject,
  type TemplateValue,
  parsePolicy,
  type TemplateStatement,
} from './template';
import { isIntrinsic } from './mutants/paths';

/**
 * A resource in few lines, for readable snapshots: one line per property, one per policy statement, and
 * CloudFormation's functions as `<LogicalId>` and `<LogicalId.Arn>`. Different resources have different texts.
 */
export function compactForm(id: string, resource: CfnResource): string {
  const { Type, Properties, ...attributes } = resource;
  return [
    `${id}: ${Type}`,
    ...lines('', Properties),
    ...Object.entries(attributes).flatMap(([name, value]) => lines(name, value)),
  ].join('\n  ');
}

function lines(path: string, value: TemplateValue): string[] {
  const below = (step: string | number): string => (path === '' ? String(step) : `${path}.${step}`);
  if (isObject(value) && 'Statement' in value) {
    return parsePolicy(value).Statement.map((statement) => `${path}: ${sentence(statement)}`);
  }
  if (isIntrinsic(value) || !(Array.isArray(value) || isObject(value))) return [`${path}: ${inline(value)}`];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (entries.length === 0) return [`${path}: ${JSON.stringify(value)}`];
  return entries.flatMap(([step, item]) => lines(below(step), item));
}

function sentence({ Sid, Effect, Principal, Action, Resource, Condition }: TemplateStatement): string {
  return [
    ...(Sid === undefined ? [] : [`[${Sid}]`]),
    Effect,
    ...(Principal === undefined ? [] : [inline(Principal)]),
    asList(Action).join(' '),
    ...(Resource === undefined ? [] : ['on', asList(Resource).map(inline).join(' ')]),
    ...(Condition === undefined ? [] : ['when', inline(Condition)]),
  ].join(' ');
}

function inline(value: TemplateValue): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const [[name, argument] = ['', null]] = Object.entries(value);
  if (isIntrinsic(value)) {
    if (name === 'Ref') return `<${inline(argument)}>`;
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.map(inline).join('.')}>`;
    if (name === 'Fn::Join' && Array.isArray(argument))
      return asList(argument[1] ?? '')
        .map(inline)
        .join(inline(argument[0] ?? ''));
  }
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}: ${inline(item)}`)
    .join(', ')}}`;
}
