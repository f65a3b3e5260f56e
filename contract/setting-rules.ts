import * as z from 'zod';
import { unknownNameProblem } from './nearest-name';
import { formatValue, problem } from './problem';

/** One setting that a person writes into a CDK context: how it is read, and what the error about it says. */
export interface SettingRule {
  readonly schema: z.ZodType;
  /** What the value must be; completes `is not`. */
  readonly must: string;
  /** Why a wrong value matters. */
  readonly why: string;
  /** Rules of the value's own fields, where it is an object: each wrong one is then a problem of its own. */
  readonly fields?: Readonly<Record<string, SettingRule>>;
}

type Shape<Rules> = {
  readonly [Name in keyof Rules]: Rules[Name] extends { schema: infer Schema } ? Schema : never;
};

/** The schema of all settings together; others are refused. */
export const schemaOf = <Rules extends Readonly<Record<string, SettingRule>>>(rules: Rules) =>
  z.strictObject(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
    Object.fromEntries(Object.entries(rules).map(([name, { schema }]) => [name, schema])) as Shape<Rules>,
  );

/**
 * Everything that is wrong with these values, in the order of the rules; none when {@link schemaOf} accepts them.
 * @param path where they stand, with a dot at its end; empty at the top
 */
export function ruleProblems(
  rules: Readonly<Record<string, SettingRule>>,
  values: Readonly<Record<string, unknown>>,
  { path, fixOf }: { readonly path: string; readonly fixOf: (name: string) => string },
): string[] {
  const names = Object.keys(rules);
  return [
    ...Object.entries(rules).flatMap(([name, { schema, must, why, fields }]) => {
      const value = values[name];
      if (schema.safeParse(value).success) return [];
      const parts = z.record(z.string(), z.unknown()).safeParse(value).data;
      if (fields !== undefined && parts !== undefined) {
        return ruleProblems(fields, parts, { path: `${path}${name}.`, fixOf });
      }
      const got = formatValue(value);
      return [problem({ name: `${path}${name}`, wrong: `is not ${must}`, got, why, fix: fixOf(name) })];
    }),
    ...Object.keys(values)
      .filter((name) => !names.includes(name))
      .map((name) =>
        unknownNameProblem({ name, shown: `${path}${name}`, got: formatValue(values[name]), known: names }),
      ),
  ];
}
