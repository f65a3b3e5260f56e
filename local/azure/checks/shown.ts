import { maskArn } from '../../../contract/aws-values';
import { UNKNOWN, type Plain } from '../wire';

const LONGEST = 100;

/**
 * Properties that hold a secret, or one by mistake: a `secretRef` is where a key lands that should have been a
 * `value`.
 */
const SECRET = /^(?:secretRef|value|.*(?:key|password|connectionString))$/i;

/** What follows an equals sign may be a password or a token. */
function harmless(text: string): string {
  const masked = maskArn(text).replace(/=.+$/s, '=...');
  return JSON.stringify(masked.length > LONGEST ? `${masked.slice(0, LONGEST)}...` : masked);
}

/** A value for people: a secret's length only, ARNs masked, of lists and objects no more than that they are some. */
export function shown(name: string | number | undefined, value: Plain | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === UNKNOWN) return 'a value that only a deployment knows';
  if (typeof value === 'string') {
    if (value === '') return 'an empty text';
    return SECRET.test(String(name)) ? `a text of ${value.length} characters` : harmless(value);
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : String(value);
}
