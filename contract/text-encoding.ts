/** Control and format characters, separators, default ignorables, and the replacement character for invalid UTF-8. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\uFFFD]/gu;

const codeOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

const escaped = (character: string): string => {
  const code = codeOf(character);
  return code.length === 4 ? `\\u${code}` : `\\u{${code}}`;
};

/** Escapes every invisible character except a blank, as in `\uFEFFPORT`. */
export const visible = (text: string): string =>
  text.replace(INVISIBLE, (found) => (found === ' ' ? found : escaped(found)));

/** Removes invisible characters, blanks too. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

/** The distinct invisible characters of a text, as in `U+FEFF`. */
export const invisibleIn = (text: string): string[] => [
  ...new Set((text.match(INVISIBLE) ?? []).map((found) => `U+${codeOf(found)}`)),
];

/** Removes the byte order mark that Windows editors write; JSON.parse refuses it. */
export const withoutByteOrderMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** Whether a text read as UTF-8 was saved as UTF-16: then its ASCII characters have a zero byte each. */
export const isUtf16 = (text: string): boolean => text.includes('\0');

/** What to do about a file in another encoding: the last part of an error about it. */
export const SAVE_AS_UTF_8 = 'Save the file as "UTF-8"; in Notepad: "Save as", field "Encoding".';
