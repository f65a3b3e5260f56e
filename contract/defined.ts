/** The same object type with every property that may be undefined made optional. */
export type Defined<T> = {
  readonly [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  readonly [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Drops undefined properties: Pulumi and `exactOptionalPropertyTypes` treat "undefined" and "absent" differently. */
export const defined = <T extends object>(values: T): Defined<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not follow the filter
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
