import {
  asList,
  type CfnTemplate,
  isObject,
  type TemplateValue,
  parsePolicy,
  type TemplateStatement,
} from '../template';
import { type Mutant, type Path, pathsOf, removed, replaced } from './paths';

const ELSEWHERE = 'arn:aws:s3:::elsewhere/x';
const ANOTHER_ACCOUNT: TemplateValue = { AWS: 'arn:aws:iam::999988887777:root' };
const EVERY_PRINCIPAL: TemplateValue = { AWS: '*' };

/** Every statement, action, resource, principal and condition of every policy, removed, widened, narrowed or replaced. */
export function policyMutants(template: CfnTemplate): Mutant[] {
  return Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
    pathsOf(Properties, (value) => isObject(value) && 'Statement' in value).flatMap((location) => {
      const statementsOf = (properties: TemplateValue): TemplateStatement[] =>
        parsePolicy(location.reduce<TemplateValue>(at, properties)).Statement;
      return statementsOf(Properties).flatMap((before, index) =>
        statementMutants(
          template,
          ['Resources', id, 'Properties', ...location, 'Statement', index],
          before,
        ).map((mutant) => {
          const after = statementsOf(mutant.template.Resources[id]?.Properties ?? {})[index];
          return { ...mutant, statements: [before, ...(after === undefined ? [] : [after])] };
        }),
      );
    }),
  );
}

function at(value: TemplateValue, step: string | number): TemplateValue {
  if (Array.isArray(value)) return value[Number(step)] ?? null;
  return isObject(value) ? (value[step] ?? null) : null;
}

function statementMutants(template: CfnTemplate, path: Path, statement: TemplateStatement): Mutant[] {
  return [
    removed(template, path),
    replaced(template, [...path, 'Effect'], statement.Effect === 'Allow' ? 'Deny' : 'Allow'),
    ...actionMutants(template, [...path, 'Action'], statement),
    ...resourceMutants(template, [...path, 'Resource'], statement),
    ...principalMutants(template, [...path, 'Principal'], statement),
    ...conditionMutants(template, [...path, 'Condition'], statement),
  ];
}

/** An action is removed, or widened to its verb, its service, or all actions. A denied one is narrowed. */
function actionMutants(template: CfnTemplate, path: Path, { Action, Effect }: TemplateStatement): Mutant[] {
  const actions = asList(Action);
  if (Effect === 'Deny')
    return ['s3:Get*', 's3:List*', 's3:Put*'].map((action) => replaced(template, path, action));
  return actions.flatMap((action, index) => {
    const others = actions.filter((_, position) => position !== index);
    const [service = '', name = ''] = action.split(':');
    const [verb = ''] = /^[A-Z][a-z]+/.exec(name) ?? [];
    const wider = [...(verb === '' ? [] : [`${service}:${verb}*`, `${service}:*`]), '*'];
    return [
      ...(others.length > 0 ? [replaced(template, path, others)] : []),
      ...wider.map((pattern) => replaced(template, path, [...others, pattern])),
    ];
  });
}

/** A resource is removed or replaced. An allowed one is widened to all. */
function resourceMutants(
  template: CfnTemplate,
  path: Path,
  { Resource, Effect }: TemplateStatement,
): Mutant[] {
  if (Resource === undefined) return [];
  const resources = asList(Resource);
  return resources.flatMap((resource, index) => {
    const others = resources.filter((_, position) => position !== index);
    return [
      ...(others.length > 0 ? [replaced(template, path, others)] : []),
      replaced(template, path, [...others, ELSEWHERE]),
      ...(Effect === 'Allow' && resource !== '*' ? [replaced(template, path, [...others, '*'])] : []),
    ];
  });
}

function principalMutants(
  template: CfnTemplate,
  path: Path,
  { Principal, Effect }: TemplateStatement,
): Mutant[] {
  if (Principal === undefined) return [];
  return [ANOTHER_ACCOUNT, ...(Effect === 'Allow' ? [EVERY_PRINCIPAL] : [])].map((principal) =>
    replaced(template, path, principal),
  );
}

/** A condition is removed or gets another value. One of an Allow is loosened in every way of the policy language. */
function conditionMutants(
  template: CfnTemplate,
  path: Path,
  { Condition, Effect }: TemplateStatement,
): Mutant[] {
  if (Condition === undefined) return [];
  return [
    removed(template, path),
    ...Object.entries(Condition).flatMap(([operator, keys]) => [
      removed(template, [...path, operator]),
      ...(Effect === 'Allow'
        ? looserOperators(operator, keys).map((looser) =>
            replaced(template, path, without(Condition, operator, looser)),
          )
        : []),
      ...Object.entries(keys).flatMap(([key, value]) => [
        removed(template, [...path, operator, key]),
        ...otherValues(value).map((other) => replaced(template, [...path, operator, key], other)),
      ]),
    ]),
  ];
}

const without = (
  condition: NonNullable<TemplateStatement['Condition']>,
  operator: string,
  instead: NonNullable<TemplateStatement['Condition']>,
): TemplateValue => ({
  ...Object.fromEntries(Object.entries(condition).filter(([name]) => name !== operator)),
  ...instead,
});

function looserOperators(
  operator: string,
  keys: Record<string, TemplateValue>,
): NonNullable<TemplateStatement['Condition']>[] {
  const anything = Object.fromEntries(Object.keys(keys).map((key) => [key, '*']));
  // Case does not matter for a number.
  const hasLetters = Object.values(keys).some((value) => typeof value === 'string' && /[a-z]/i.test(value));
  return [
    { [`${operator}IfExists`]: keys },
    { [operator.startsWith('Arn') ? 'ArnLike' : 'StringLike']: anything },
    ...(operator === 'StringEquals' && hasLetters ? [{ StringEqualsIgnoreCase: keys }] : []),
  ];
}

function otherValues(value: TemplateValue): TemplateValue[] {
  if (typeof value === 'number') return [value - 0.1, value + 0.1].map((number) => Number(number.toFixed(1)));
  if (value === 'true' || value === 'false') return [value === 'true' ? 'false' : 'true'];
  return ['another'];
}
