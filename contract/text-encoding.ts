/** Control and format characters, separators, default ignorables, and the sign for a byte that is no UTF-8. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\uFFFD]/gu;

const codeOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

const escaped = (character: string): string => {
  const code = codeOf(character);
  return code.length === 4 ? `\\u${code}` : `\\u{${code}}`;
};

/** The text with every invisible character but a blank escaped, as in `\uFEFFPORT`. */
export const visible = (text: string): string =>
  text.replace(INVISIBLE, (found) => (found === ' ' ? found : escaped(found)));

/** The text without its invisible characters; without its blanks, too. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

/** Each invisible character of a text once, as in `U+FEFF`. */
export const invisibleIn = (text: string): string[] => [
  ...new Set((text.match(INVISIBLE) ?? []).map((found) => `U+${codeOf(found)}`)),
];

/** The text without the byte order mark that Windows editors put first. JSON.parse refuses one. */
export const withoutByteOrderMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** Whether a text read as UTF-8 was saved as UTF-16: then every second byte of its ASCII is zero. */
export const isUtf16 = (text: string): boolean => text.includes('\0');

/** What to do about a file in another encoding: the fourth part of an error about it. */
export const SAVE_AS_UTF_8 = 'Save the file as "UTF-8", in Notepad by "Save as" and its field "Encoding".';
