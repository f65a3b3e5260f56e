import { isObject, listed, type Json, type JsonObject } from './json';
import { withProperties, type Template } from './template';

type Change = (properties: JsonObject) => JsonObject;

/** A copy of an object without one key. */
export const without = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Changes the properties of every role of a template. */
export const withRole =
  (change: Change) =>
  (template: Template): Template =>
    withProperties(template, 'AWS::IAM::Role', change);

/** Changes every statement of every role's trust policy. */
export const withTrust = (change: Change): ((template: Template) => Template) =>
  withRole((role) => ({
    ...role,
    AssumeRolePolicyDocument: withStatements(role.AssumeRolePolicyDocument, change),
  }));

/** Removes actions from every policy of every role, and statements that have no action left. */
export function withoutActions(remove: (action: string) => boolean): (template: Template) => Template {
  const narrowed = (policy: JsonObject): JsonObject => ({
    ...policy,
    PolicyDocument: withStatements(policy.PolicyDocument, (statement) => {
      const actions = listed(statement.Action).filter(
        (action) => typeof action !== 'string' || !remove(action),
      );
      return actions.length > 0 ? { ...statement, Action: actions } : undefined;
    }),
  });
  return withRole((role) => ({ ...role, Policies: listed(role.Policies).filter(isObject).map(narrowed) }));
}

/** Changes every statement of a policy document. Removes a statement when `change` returns undefined. */
function withStatements(
  document: Json | undefined,
  change: (statement: JsonObject) => JsonObject | undefined,
): Json {
  if (!isObject(document)) return document ?? null;
  return {
    ...document,
    Statement: listed(document.Statement)
      .filter(isObject)
      .flatMap((each) => change(each) ?? []),
  };
}
