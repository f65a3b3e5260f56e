import * as z from 'zod';
import { unknownNameProblem } from './nearest-name';
import { formatValue, problem } from './problem';

/** One setting of a CDK context: its schema and the parts of its error. */
export interface SettingRule {
  readonly schema: z.ZodType;
  /** The rule in words; completes `is not`. */
  readonly must: string;
  /** Why a wrong value matters. */
  readonly why: string;
  /** Rules of an object's fields; each wrong field is then a separate problem. */
  readonly fields?: Readonly<Record<string, SettingRule>>;
}

type Shape<Rules> = {
  readonly [Name in keyof Rules]: Rules[Name] extends { schema: infer Schema } ? Schema : never;
};

/** The schema of all settings; it refuses unknown ones. */
export const schemaOf = <Rules extends Readonly<Record<string, SettingRule>>>(rules: Rules) =>
  z.strictObject(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
    Object.fromEntries(Object.entries(rules).map(([name, { schema }]) => [name, schema])) as Shape<Rules>,
  );

/**
 * All problems of these values, in the order of the rules. Empty if {@link schemaOf} accepts them.
 * @param path prefix of the names, ending with a dot; empty at the top level
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
        unknownNameProblem({
          name,
          fullName: `${path}${name}`,
          got: formatValue(values[name]),
          known: names,
        }),
      ),
  ];
}
