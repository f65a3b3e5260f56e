import {
  specialOutputValueSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from '@pulumi/pulumi/runtime/rpc';

/** In place of a value that only a deployment will know. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A resource's property without its marks: secrets revealed, {@link UNKNOWN} where nothing is known yet. */
export type Plain = null | boolean | number | string | typeof UNKNOWN | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain | undefined;
}

export const isObject = (value: Plain | undefined): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const signature = (value: unknown): unknown => (isRecord(value) ? value[specialSigKey] : undefined);

/** What a marked value holds, and whether its mark says that it is secret; undefined when it carries no mark. */
function unmarked(value: unknown): { readonly inner: unknown; readonly isSecret: boolean } | undefined {
  if (!isRecord(value)) return undefined;
  if (signature(value) === specialSecretSig) return { inner: value['value'], isSecret: true };
  if (signature(value) === specialOutputValueSig) {
    return { inner: value['value'] ?? unknownValue, isSecret: value['secret'] === true };
  }
  return undefined;
}

/** Takes the marks off a value as program and provider send it to each other. Never to be shown or logged. */
export function plain(value: unknown): Plain {
  const marked = unmarked(value);
  if (marked !== undefined) return plain(marked.inner);
  if (value === unknownValue) return UNKNOWN;
  if (Array.isArray(value)) return value.map(plain);
  if (isRecord(value)) return plainObject(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

/** {@link plain} of a resource's inputs or outputs. */
export function plainObject(value: Readonly<Record<string, unknown>>): PlainObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** A value without marks, as it travels. */
export function wired(value: Plain | undefined): unknown {
  if (value === UNKNOWN) return unknownValue;
  if (isList(value)) return value.map(wired);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wired(inner)]));
}

/** Whether a secret is anywhere in a value. */
export function holdsSecret(value: unknown): boolean {
  const marked = unmarked(value);
  if (marked !== undefined) return marked.isSecret || holdsSecret(marked.inner);
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isRecord(value) && Object.values(value).some(holdsSecret);
}

/** Marks a value as secret, as it travels. */
export const secret = (value: unknown): Readonly<Record<string, unknown>> => ({
  [specialSigKey]: specialSecretSig,
  value,
});
