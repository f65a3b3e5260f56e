import * as z from 'zod';

/** IAM accepts a single value in place of a list. */
const listOf = <T extends z.ZodType>(item: T) => z.union([item.transform((one) => [one]), z.array(item)]);

const texts = listOf(z.string());
/** Policies may have numbers and booleans without quotes. */
const values = listOf(z.union([z.string(), z.number(), z.boolean()]).transform(String));

const principals = z.union([texts, z.record(z.string(), texts)]).optional();

const STATEMENT = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principals,
  NotPrincipal: principals,
  Action: texts.default([]),
  NotAction: texts.optional(),
  Resource: texts.default([]),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
});
const DOCUMENT = z.looseObject({ Statement: listOf(STATEMENT) });

export interface Condition {
  /** Lower case: IAM ignores case. */
  readonly operator: string;
  /** Lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A normalised statement: all values are lists. */
export interface NormalisedStatement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** `*`, the principals under `AWS`, and others as `Service:<name>`. */
  readonly principals: readonly string[];
  /** All principals except these; undefined without `NotPrincipal`. */
  readonly notPrincipals: readonly string[] | undefined;
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly notResources: readonly string[] | undefined;
  readonly conditions: readonly Condition[];
  /** Whether it uses NotPrincipal, NotAction or NotResource. */
  readonly isInverted: boolean;
}

/**
 * Parses a policy document.
 * @param text JSON; percent-encoded by IAM, plain by S3 and KMS
 * @throws when it is not a policy
 */
export function parsePolicy(text: string): readonly NormalisedStatement[] {
  const json: unknown = JSON.parse(text.trimStart().startsWith('%7B') ? decodeURIComponent(text) : text);
  return DOCUMENT.parse(json).Statement.map((statement) => ({
    sid: statement.Sid,
    effect: statement.Effect,
    principals: principalsOf(statement.Principal) ?? [],
    notPrincipals: principalsOf(statement.NotPrincipal),
    actions: statement.Action,
    notActions: statement.NotAction,
    resources: statement.Resource,
    notResources: statement.NotResource,
    conditions: Object.entries(statement.Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, given]) => ({
        operator: operator.toLowerCase(),
        key: key.toLowerCase(),
        values: given,
      })),
    ),
    isInverted: ['NotPrincipal', 'NotAction', 'NotResource'].some((name) => Object.hasOwn(statement, name)),
  }));
}

function principalsOf(principal: z.output<typeof principals>): readonly string[] | undefined {
  if (principal === undefined) return undefined;
  if (Array.isArray(principal)) return principal;
  return Object.entries(principal).flatMap(([kind, names]) =>
    names.map((name) => (kind === 'AWS' ? name : `${kind}:${name}`)),
  );
}
