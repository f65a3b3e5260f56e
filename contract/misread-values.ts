import { invisibleIn } from './text-encoding';

/** A problem that is wrong in any setting. */
interface MisreadValue {
  /** Completes `<NAME>: `. */
  readonly wrong: string;
  /** Completes `<n> characters `; may be shown for a secret too. */
  readonly hint: string;
}

/** Pairs of quotes, those of word processors too. */
const QUOTED = /^(?:"[^]*"|'[^]*'|`[^]*`|[“”„«][^]*[“”»])$/;

/**
 * Finds invisible characters in a value, and quotes around it: a shell and Node remove them, `docker run --env-file` and
 * web forms keep them. Undefined if there are none.
 *
 * Each setting's schema checks blanks and line breaks, because some settings are lists.
 */
export function misreadValue(text: string): MisreadValue | undefined {
  const invisible = invisibleIn(text.replaceAll(/[\t\n\r ]/g, ''));
  if (invisible.length > 0) {
    return { wrong: 'has invisible characters in it', hint: `with ${invisible.join(', ')}` };
  }
  return QUOTED.test(text) ? { wrong: 'has its quotes in it', hint: 'with the quotes' } : undefined;
}
