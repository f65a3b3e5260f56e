/** The same object type with every property that may be undefined made optional. */
export type Defined<T> = {
  readonly [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  readonly [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Leaves out the properties that are undefined: JSON, Pulumi and `exactOptionalPropertyTypes` tell the two apart. */
export const defined = <T extends object>(values: T): Defined<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not follow the filter
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
