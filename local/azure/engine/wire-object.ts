/** Properties as program, engine and provider send them to each other: secret marks and unknowns are still in them. */
export type WireObject = Readonly<Record<string, unknown>>;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Whether this is an object with keys. */
export const isWireObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(value: unknown): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (isWireObject(value)) return canonical(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** The same properties with sorted keys and without undefined ones, so that equal values look equal. */
export function canonical(value: WireObject): { [key: string]: Json } {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}
