import { invisibleIn } from './text-encoding';

/** What is wrong with a text whatever it is for. */
interface MisreadValue {
  /** Completes `<NAME>: `. */
  readonly wrong: string;
  /** What may be shown of it, also of a secret: completes `<n> characters `. */
  readonly hint: string;
}

/** In pairs; those of word processors, too. */
const QUOTED = /^(?:"[^]*"|'[^]*'|`[^]*`|[“”„«][^]*[“”»])$/;

/**
 * Finds what a value has in it and a person does not see, or did not mean: invisible characters, and the quotes that a
 * shell and Node take away and `docker run --env-file` and web forms keep. Undefined: nothing of the kind.
 *
 * Blanks and line breaks are left to each setting's schema: some settings are lists.
 */
export function misreadValue(text: string): MisreadValue | undefined {
  const invisible = invisibleIn(text.replaceAll(/[\t\n\r ]/g, ''));
  if (invisible.length > 0) {
    return { wrong: 'has invisible characters in it', hint: `with ${invisible.join(', ')}` };
  }
  return QUOTED.test(text) ? { wrong: 'has its quotes in it', hint: 'with the quotes' } : undefined;
}
