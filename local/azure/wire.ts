import {
  specialOutputValueSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from '@pulumi/pulumi/runtime/rpc';

/** A value that is known only after a deployment. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A property in plain form: secrets unwrapped, unknown values as {@link UNKNOWN}. */
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

/** Unwraps a secret or an output; undefined for any other value. */
function unwrap(value: unknown): { readonly inner: unknown; readonly isSecret: boolean } | undefined {
  if (!isRecord(value)) return undefined;
  if (signature(value) === specialSecretSig) return { inner: value['value'], isSecret: true };
  if (signature(value) === specialOutputValueSig) {
    return { inner: value['value'] ?? unknownValue, isSecret: value['secret'] === true };
  }
  return undefined;
}

/** Converts a value from Pulumi's wire format. The result contains secrets: never print or log it. */
export function plain(value: unknown): Plain {
  const wrapped = unwrap(value);
  if (wrapped !== undefined) return plain(wrapped.inner);
  if (value === unknownValue) return UNKNOWN;
  if (Array.isArray(value)) return value.map(plain);
  if (isRecord(value)) return plainObject(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

/** {@link plain} for a resource's inputs or outputs. */
export function plainObject(value: Readonly<Record<string, unknown>>): PlainObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Converts a plain value to Pulumi's wire format. */
export function toWire(value: Plain | undefined): unknown {
  if (value === UNKNOWN) return unknownValue;
  if (isList(value)) return value.map(toWire);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner)]));
}

/** Whether a value in wire format contains a secret. */
export function containsSecret(value: unknown): boolean {
  const wrapped = unwrap(value);
  if (wrapped !== undefined) return wrapped.isSecret || containsSecret(wrapped.inner);
  if (Array.isArray(value)) return value.some(containsSecret);
  return isRecord(value) && Object.values(value).some(containsSecret);
}

/** Marks a value in wire format as secret. */
export const secret = (value: unknown): Readonly<Record<string, unknown>> => ({
  [specialSigKey]: specialSecretSig,
  value,
});
