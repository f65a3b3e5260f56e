import * as z from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

const JSON_VALUE: z.ZodType<Json> = z.json();

/** Parses JSON text. */
export const parseJson = (text: string): Json => JSON_VALUE.parse(JSON.parse(text));

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Turns a single value, which policies and templates allow instead of a list, into a list. */
export function listed(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** The value of a key; null if the key is missing. */
export const at = (value: Json | undefined, key: string): Json =>
  isObject(value) ? (value[key] ?? null) : null;

/** A text unchanged; any other value as JSON. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
