import { specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc';
import { secret } from '../wire';
import type { WireObject } from './wire-object';
import { isWireObject } from './wire-object';

const SHORTEST = 3;

const isSecret = (value: unknown): value is WireObject =>
  isWireObject(value) && value[specialSigKey] === specialSecretSig;

/**
 * Marks what a provider returned, as the Pulumi engine does (`step_executor.go`, read 2026-11-25): an output is secret when
 * it is named so, or when the input of the same name is secret as a whole. A secret deeper inside an input marks nothing.
 */
export function markSecrets(outputs: WireObject, inputs: WireObject, named: readonly string[]): WireObject {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [
      key,
      !isSecret(value) && (named.includes(key) || isSecret(inputs[key])) ? secret(value) : value,
    ]),
  );
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  return isWireObject(value) ? Object.values(value).flatMap(strings) : [];
}

/** Each string that is marked as secret, anywhere in the value. */
export function secretStrings(value: unknown): string[] {
  if (isSecret(value)) return strings(value['value']);
  if (Array.isArray(value)) return value.flatMap(secretStrings);
  return isWireObject(value) ? Object.values(value).flatMap(secretStrings) : [];
}

/**
 * Takes secrets out of a text, plain and as they look in JSON. As in the Pulumi CLI (`logging.CreateFilter`, read
 * 2026-11-25), those of one or two characters stay: they would tear holes into every text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((value) => (value.length < SHORTEST ? [] : [value, JSON.stringify(value).slice(1, -1)]))
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
}
