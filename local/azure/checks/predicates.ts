import type { Decided } from './place';

type Predicate = (value: Decided) => boolean;

export const isAbsent: Predicate = (value) => value === undefined;

/** A text with more than blanks in it. */
export const isFilled: Predicate = (value) => typeof value === 'string' && value.trim() !== '';

export const optional =
  (predicate: Predicate): Predicate =>
  (value) =>
    value === undefined || predicate(value);

export const exactly =
  (wanted: string | boolean): Predicate =>
  (value) =>
    value === wanted;

export const matches =
  (form: RegExp): Predicate =>
  (value) =>
    typeof value === 'string' && form.test(value);

export const oneOf =
  (words: readonly string[]): Predicate =>
  (value) =>
    typeof value === 'string' && words.includes(value);

/** A whole number between two bounds, both allowed. */
export const wholeNumber =
  (least: number, most: number): Predicate =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
