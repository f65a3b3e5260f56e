import { ROLE_ARN, SECRET } from './helpers';

export const START_KEY = 'a-start-key-of-24-letters';

/** A text with this number of characters. */
export type TextOf = (size: number) => string;

export const repeated =
  (unit: string, head = '', tail = ''): TextOf =>
  (size) =>
    head + unit.repeat(Math.ceil(size / unit.length)).slice(0, size) + tail;

export const prose = repeated(
  'The recording of Tuesday\'s call, "call 12", was not found: ask again in 30 s/60 s. ',
);
/** Only letters, for values without spaces. */
export const letters = repeated('recording');

/** Patterns of the masks: repeated, truncated, and followed by invalid characters. */
export const MASKED = [
  'eyJ',
  'eyJ-',
  'eyJ-eyJ',
  'eyJ.',
  'eyJhbGciOiJ',
  'eyJhbGciOiJ-',
  'eyJhbGciOiJ.eyJ.',
  'https://',
  'https://a',
  'https:',
  's3://a ',
  'gs://a/ ',
  '/tavus/callback/',
  '/tavus/callback/:',
  '/tavus/callback/a ',
  '/tavus/callback',
  'arn:aws',
  'arn:aws-',
  'arn:aws:iam::',
  'arn:aws:iam::123456789012',
  'arn:aws:iam::123456789012:role/',
  'arn:aws:iam::123456789012:role/"',
  ':role/',
  ':assumed-role',
  '12345678',
  '123456789012:',
  ROLE_ARN.slice(0, -1),
  SECRET.slice(0, -1),
  SECRET.slice(0, 8),
  START_KEY.slice(0, -1),
  SECRET,
  '\u0000',
  '\u0000 ',
  '\\',
  '"',
].map((unit) => repeated(unit));

export const JSON_UNITS = ['[', '{"a":', '"', '\\', ' ', '\n', '<', '< ', '{}', '-', '1', '"\\u00'].map(
  (unit) => repeated(unit),
);

/** Parts of callbacks and lists. */
export const transcript = (size: number): object[] =>
  Array.from({ length: Math.ceil(size / 48) }, (_, n) => ({ role: 'user', content: `Sentence ${n}.` }));

/** Valid JSON whose nesting depth is proportional to its length. */
export const nested: TextOf = (size) => '['.repeat(size / 2) + ']'.repeat(size / 2);
