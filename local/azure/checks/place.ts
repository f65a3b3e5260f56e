import { isList, isObject, UNKNOWN, type Plain } from '../wire';

/** A value that is there or not, but decided: what a rule can judge. */
export type Decided = Exclude<Plain, typeof UNKNOWN | null> | undefined;

/** A place in a resource's inputs: its value, undefined when there is none, and the way to it. */
export interface Place {
  readonly value: Decided | typeof UNKNOWN;
  readonly path: readonly (string | number)[];
}

/** A place of its own; null says the same as nothing, on the wire and to Azure. */
export const placeOf = (value: Plain | undefined, path: Place['path'] = []): Place => ({
  value: value ?? undefined,
  path,
});

/**
 * Follows names inwards; within an unknown everything is unknown, within anything else but an object there is nothing.
 */
export function within(place: Place, ...names: readonly string[]): Place {
  return names.reduce((outer, name) => {
    const path = [...outer.path, name];
    if (outer.value === UNKNOWN) return { value: UNKNOWN, path };
    const isThere = isObject(outer.value) && Object.hasOwn(outer.value, name);
    return placeOf(isThere ? outer.value[name] : undefined, path);
  }, place);
}

/** Places of a list's items; none when it is no list. */
export function items(place: Place): Place[] {
  if (!isList(place.value)) return [];
  return place.value.map((item, index) => placeOf(item, [...place.path, index]));
}

/** The text there, empty when there is none that is known. */
export const textAt = ({ value }: Place): string => (typeof value === 'string' ? value : '');

/** Whether there is certainly nothing. */
export const isMissing = ({ value }: Place): boolean => value === undefined;

/** Whether all that is there is known, so that "none of these" can be decided. */
export const isDecided = (...places: readonly Place[]): boolean =>
  places.every(({ value }) => value !== UNKNOWN);

/** `template.containers[0].env[2]`: a path as Pulumi writes it; names with other characters stand in brackets. */
export function propertyName(path: Place['path']): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_]\w*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
