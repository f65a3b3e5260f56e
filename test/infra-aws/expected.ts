import { isDeepStrictEqual } from 'node:util';
import { type CfnTemplate, isObject, type TemplateValue, type TemplateObject, resolve } from './template';

/** The expected resource, rule by rule; the values are restated in the tests, not imported. */
export interface ExpectedResource {
  readonly type: string;
  /** By property; policies are tested by decisions instead. */
  readonly properties: TemplateObject;
  readonly decidedElsewhere?: readonly string[];
  readonly survivesItsStack: boolean;
}

/** Ids of lifecycle rules are names, nothing more. */
function withoutIds(value: TemplateValue): TemplateValue {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === 'Id' ? [] : [[key, withoutIds(item)]])),
  );
}

/** All differences of a template from the expected values, with their resource; empty without a difference. */
export function expectationProblems(
  template: CfnTemplate,
  expected: Readonly<Record<string, ExpectedResource>>,
  expectedOutputs: TemplateObject,
): string[] {
  const problems: string[] = [];
  const same = (what: string, found: TemplateValue | undefined, wanted: TemplateValue | undefined): void => {
    if (!isDeepStrictEqual(found, wanted)) {
      problems.push(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(found)}`);
    }
  };
  const { Resources: resources } = template;
  same('logical ids', Object.keys(resources).toSorted(), Object.keys(expected).toSorted());
  // References to a missing resource could not be resolved below.
  if (problems.length > 0) return problems;

  for (const [id, { type, properties, decidedElsewhere, survivesItsStack }] of Object.entries(expected)) {
    const resource = resources[id];
    const found = resource?.Properties ?? {};
    same(`${id} type`, resource?.Type, type);
    same(`${id} on delete`, resource?.DeletionPolicy, survivesItsStack ? 'RetainExceptOnCreate' : undefined);
    same(`${id} on replacement`, resource?.UpdateReplacePolicy, survivesItsStack ? 'Retain' : undefined);
    same(
      `${id} properties`,
      Object.keys(found).toSorted(),
      [...Object.keys(properties), ...(decidedElsewhere ?? [])].toSorted(),
    );
    for (const [name, value] of Object.entries(properties)) {
      const property = found[name];
      same(
        `${id}.${name}`,
        property === undefined ? undefined : withoutIds(resolve(property, resources)),
        value,
      );
    }
  }
  const outputs = Object.entries(template.Outputs).map(
    ([id, { Value }]) => [id, resolve(Value, resources)] as const,
  );
  same('outputs', Object.fromEntries(outputs), expectedOutputs);
  return problems;
}
