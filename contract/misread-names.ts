import type { ProblemParts } from './problem';
import { SETTING_NAMES, type SettingName } from './settings';
import { invisibleIn, SAVE_AS_UTF_8, visible, withoutInvisible } from './text-encoding';

/** A variable whose name is a setting's, but for invisible characters; so it is not read. */
export interface MisreadName {
  /** The name with its invisible characters. */
  readonly stored: string;
  /** The setting that was meant. Undefined if the name is the start of a UTF-16 file. */
  readonly setting: SettingName | undefined;
  /** The invisible characters in its name are escaped. */
  readonly problem: ProblemParts;
}

/** How Node reads the byte order mark of UTF-16 and the character before the first zero byte. */
const UTF_16_START = /^\uFFFD\uFFFD.?$/u;

/**
 * Finds names that equal a setting's without their invisible characters, and the start of a UTF-16 file. Ignores other
 * programs' variables.
 *
 * `node --env-file` reads such names from a file with a byte order mark, which becomes part of the first name, and from
 * names copied from a web page or chat. The setting would silently keep its default.
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
    why: 'None of the settings in that file is read.',
    fix: SAVE_AS_UTF_8,
  },
});

function disguised(name: string): MisreadName | undefined {
  const seen = withoutInvisible(name);
  if (seen === name) return undefined;
  // Node removes `export `, but not after a byte order mark and not with a tab.
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
      why: `It is not read as ${setting}: the line has no effect.`,
      fix: hasByteOrderMark
        ? `The file was saved as "UTF-8 with BOM". ${SAVE_AS_UTF_8}`
        : `Type ${setting} again.`,
    },
  };
}

/** Unknown names that begin with `TAVUS_`, probably misspelt settings. Names that {@link misreadNames} finds are not among them. */
export const unknownNames = (names: readonly string[]): string[] =>
  names.filter((name) => {
    const seen = withoutInvisible(name);
    return /^TAVUS_/i.test(seen) && !SETTING_NAMES.some((known) => known === seen);
  });
