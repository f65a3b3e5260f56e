import type { ProblemParts } from './problem';
import { SETTING_NAMES, type SettingName } from './settings';
import { invisibleIn, SAVE_AS_UTF_8, visible, withoutInvisible } from './text-encoding';

/** A variable that was meant as a setting, and is read as none because of how its name is stored. */
export interface MisreadName {
  /** As it is stored. */
  readonly stored: string;
  /** What it was meant as. Undefined: the name is the first bytes of a file in UTF-16. */
  readonly setting: SettingName | undefined;
  /** Its name has the invisible characters escaped. */
  readonly problem: ProblemParts;
}

/** What Node makes of the byte order mark of UTF-16, with the one character before the first zero byte. */
const UTF_16_START = /^\uFFFD\uFFFD.?$/u;

/**
 * Finds the names that equal a setting's once their invisible characters are taken away, and the remains of a file in
 * UTF-16. Other programs' variables are left alone.
 *
 * `node --env-file` makes such names of a file saved with a byte order mark, which becomes part of its first name, and of
 * names copied from a web page or a chat. The setting would keep its default without a word.
 */
export const misreadNames = (names: readonly string[]): MisreadName[] =>
  names.flatMap((name) => {
    const found = UTF_16_START.test(name) ? utf16Start(name) : disguised(name);
    return found === undefined ? [] : [found];
  });

const utf16Start = (name: string): MisreadName => ({
  stored: name,
  setting: undefined,
  problem: {
    name: visible(name),
    wrong: 'is the beginning of a file saved as UTF-16',
    got: 'its first bytes as a name',
    why: 'No setting of that file is read.',
    fix: SAVE_AS_UTF_8,
  },
});

function disguised(name: string): MisreadName | undefined {
  const seen = withoutInvisible(name);
  if (seen === name) return undefined;
  // Node takes `export ` off, but not behind a byte order mark, nor with a tab.
  const setting = SETTING_NAMES.find((known) => seen === known || seen === `export${known}`);
  if (setting === undefined) return undefined;
  const hasByteOrderMark = name.startsWith('\uFEFF');
  return {
    stored: name,
    setting,
    problem: {
      name: visible(name),
      wrong: hasByteOrderMark
        ? 'begins with a byte order mark, which is invisible'
        : 'has invisible characters in its name',
      got: invisibleIn(name).join(', '),
      why: `It is not read as ${setting}, which stays as if the line were not there.`,
      fix: hasByteOrderMark
        ? `The file was saved as "UTF-8 with BOM". ${SAVE_AS_UTF_8}`
        : `Type ${setting} anew.`,
    },
  };
}

/** Names that look like settings and are none: a misspelt one changes nothing, and nobody is told. A misread one of a setting is no such name. */
export const unknownNames = (names: readonly string[]): string[] =>
  names.filter((name) => {
    const seen = withoutInvisible(name);
    return /^TAVUS_/i.test(seen) && !SETTING_NAMES.some((known) => known === seen);
  });
