import { isDeepStrictEqual } from 'node:util';

/** One place where two values differ. */
export interface ChangedPath {
  /** Names from the outside in, joined by `/`; empty for the whole. */
  readonly path: string;
  readonly how: 'added' | 'removed' | 'changed';
}

/** What an item of a list is called, in the words of policies, rules, tags and environment variables. */
const NAMES = ['Sid', 'Id', 'Key', 'PolicyName', 'name'];

type Children = ReadonlyMap<string, unknown>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Items by their names where each has one of its own, so that one more does not move the others; else by position. */
function items(list: readonly unknown[]): Children {
  for (const name of NAMES) {
    const named = list.flatMap((item): [string, unknown][] => {
      const own = isRecord(item) ? item[name] : undefined;
      return typeof own === 'string' ? [[own, item]] : [];
    });
    const byName = new Map(named);
    if (byName.size === list.length) return byName;
  }
  return new Map(list.map((item, index) => [String(index), item]));
}

function children(value: unknown): Children | undefined {
  if (Array.isArray(value)) return items(value);
  return isRecord(value) ? new Map(Object.entries(value)) : undefined;
}

/**
 * Where two values of JSON differ: the paths and never the values. Something that is there on one side only is one path,
 * whatever is in it.
 */
export function changedPaths(before: unknown, after: unknown, path = ''): readonly ChangedPath[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [{ path, how: 'added' }];
  if (after === undefined) return [{ path, how: 'removed' }];
  const [old, next] = [children(before), children(after)];
  const whole: ChangedPath = { path, how: 'changed' };
  if (old === undefined || next === undefined || Array.isArray(before) !== Array.isArray(after))
    return [whole];
  const inside = [...new Set([...old.keys(), ...next.keys()])].flatMap((key) =>
    changedPaths(old.get(key), next.get(key), path === '' ? key : `${path}/${key}`),
  );
  // The same items in another order, which may mean something.
  return inside.length > 0 ? inside : [whole];
}
