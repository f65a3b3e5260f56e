import { isList, isObject, UNKNOWN, type Plain, type PlainObject } from '../../../../local/azure/wire';
import { placeOf, within } from '../../../../local/azure/checks/place';

type Path = readonly (string | number)[];

/** `a.b[0].c`, `a[last].c`, `a[?secretRef].c` (the first item that has it), `a[?type=Startup].c` (the first in which it is that). */
function steps(selector: string): string[] {
  return selector.split(/\.|(?=\[)/).map((step) => step.replace(/^\[|\]$/g, ''));
}

const fits = (item: Plain, [key = '', wanted]: readonly string[]): boolean => {
  const { value } = within(placeOf(item), key);
  return wanted === undefined ? value !== undefined : value === wanted;
};

const at = (value: Plain | undefined, step: string | number): Plain | undefined => {
  if (isList(value)) return value[Number(step)];
  return isObject(value) ? value[String(step)] : undefined;
};

function indexIn(list: readonly Plain[], step: string): number {
  if (step === 'last') return list.length - 1;
  if (!step.startsWith('?')) return Number(step);
  return list.findIndex((item) => fits(item, step.slice('?'.length).split('=')));
}

/**
 * The place that a selector means in given inputs; whether there is something is another question.
 * @throws when no item of a list fits.
 */
export function select(inputs: PlainObject, selector: string): Path {
  let here: Plain | undefined = inputs;
  return steps(selector).map((step) => {
    const found: string | number = isList(here) ? indexIn(here, step) : step;
    if (found === -1) throw new Error(`${selector}: no item fits ${step}`);
    here = at(here, found);
    return found;
  });
}

/** A copy with another value at a path; undefined takes the property or item away. */
function replaced(value: Plain | undefined, path: Path, to: Plain | undefined): Plain | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  const inner = replaced(at(value, step), rest, to);
  if (isList(value)) {
    return value.flatMap((item, index) => (index !== step ? [item] : inner === undefined ? [] : [inner]));
  }
  const others = Object.entries(isObject(value) ? value : {}).filter(([key]) => key !== step);
  return Object.fromEntries(inner === undefined ? others : [...others, [step, inner]]);
}

/** A copy of inputs with another value at a path; undefined takes it away. */
export function changed(inputs: PlainObject, path: Path, to: Plain | undefined): PlainObject {
  const result = replaced(inputs, path, to);
  return isObject(result) ? result : {};
}

/** Value at a path. */
export const valueAt = (inputs: PlainObject, path: Path): Plain | undefined =>
  path.reduce<Plain | undefined>((value, step) => at(value, step), inputs);

/** Every place in inputs, from the outside in. */
export function placesIn(value: Plain | undefined, path: Path = []): Path[] {
  const keys: Path = isList(value)
    ? value.map((_, index) => index)
    : isObject(value)
      ? Object.keys(value)
      : [];
  return keys.flatMap((key) => [[...path, key], ...placesIn(at(value, key), [...path, key])]);
}

/** JSON that tells an unknown from everything else. */
export const asText = (value: Plain | undefined): string =>
  JSON.stringify(value, (_, item: unknown) => (item === UNKNOWN ? '<unknown>' : item));

const itemsOf = (value: Plain | undefined): readonly Plain[] => (isList(value) ? value : []);

/** A list with its first item once more at its end. */
export const twice = (value: Plain | undefined): Plain => [...itemsOf(value), ...itemsOf(value).slice(0, 1)];

/** A list with one more item. */
export const and =
  (more: Plain) =>
  (value: Plain | undefined): Plain => [...itemsOf(value), more];

/** An object with more properties. */
export const also =
  (more: PlainObject) =>
  (value: Plain | undefined): Plain => ({ ...(isObject(value) ? value : {}), ...more });

/** A text changed into another, an empty one where there is none. */
export const rewritten =
  (change: (old: string) => string) =>
  (value: Plain | undefined): Plain =>
    change(typeof value === 'string' ? value : '');
