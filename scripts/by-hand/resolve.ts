import { problem, ProblemsError } from '../../contract/problem';
import { isList, isObject, textOf, type Json, type JsonObject } from '../../local/json';

/** What a deployment made of a template's logical ids. */
export interface Deployed {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  /** Physical id by logical id. */
  readonly physicalIds: Readonly<Record<string, string>>;
  /** ARN by logical id, for the resources whose ARN the template asks for. */
  readonly arns: Readonly<Record<string, string>>;
}

/**
 * Replaces the intrinsic functions of a template by what was deployed.
 * @throws for a function or reference that is not known here, so that nothing is compared half-resolved
 */
export function resolve(value: Json, deployed: Deployed): Json {
  if (isList(value)) return value.map((item: Json) => resolve(item, deployed));
  if (!isObject(value)) return value;
  const [[name, argument] = ['', null], ...more] = Object.entries(value);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
    return intrinsic(name, argument, deployed);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, deployed)]));
}

/** Resolves every value of an object. */
export function resolveObject(object: JsonObject, deployed: Deployed): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, resolve(value, deployed)]));
}

function intrinsic(name: string, argument: Json, deployed: Deployed): Json {
  if (name === 'Ref' && typeof argument === 'string') return reference(argument, deployed);
  if (name === 'Fn::GetAtt') return attribute(argument, deployed);
  if (name === 'Fn::Join' && isList(argument)) {
    const [separator, parts]: readonly Json[] = argument;
    const texts = resolve(parts ?? [], deployed);
    if (typeof separator === 'string' && isList(texts)) return texts.map(textOf).join(separator);
  }
  throw unresolved(name, 'cannot be resolved here', JSON.stringify(argument));
}

const unresolved = (name: string, wrong: string, got: string): ProblemsError =>
  new ProblemsError([
    problem({
      name,
      wrong,
      got,
      why: 'The guide would show half of it.',
      fix: 'Teach scripts/by-hand/resolve.ts what it is.',
    }),
  ]);

function reference(logicalId: string, deployed: Deployed): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': deployed.account,
    'AWS::Region': deployed.region,
    'AWS::Partition': 'aws',
    'AWS::StackName': deployed.stack,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const found = pseudo[logicalId] ?? deployed.physicalIds[logicalId];
  if (found === undefined) throw unresolved(logicalId, 'is not in the deployed stack', 'a reference to it');
  return found;
}

function attribute(argument: Json, deployed: Deployed): string {
  const [logicalId, name] =
    typeof argument === 'string' ? argument.split('.') : isList(argument) ? argument : [];
  const arn = name === 'Arn' ? deployed.arns[textOf(logicalId)] : undefined;
  if (arn === undefined) {
    throw unresolved(JSON.stringify(argument), 'is no attribute that is known', 'a reference to it');
  }
  return arn;
}
