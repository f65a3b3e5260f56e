import * as z from 'zod';

/** Letters of any alphabet, digits, blanks and `_ . : / = + - @`; lengths count characters, not bytes. */
const KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}_.:/=+\-@]{1,128}$/iu;
const VALUE = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]{0,256}$/u;

/** What a stack takes; each of its resources gets all of them. */
const MOST_TAGS = 50;

const keysOf = (record: Readonly<Record<string, string>>): string[] => Object.keys(record);

/**
 * Tags that CloudFormation, S3, KMS and IAM take. IAM does not tell upper from lower case in keys: of two that differ in
 * that alone it refuses the role, after the bucket was made.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules (read 2026-11-28)
 */
export const awsTags = z
  .record(z.string().regex(KEY), z.string().regex(VALUE))
  .refine((record) => keysOf(record).length <= MOST_TAGS)
  .refine((record) => new Set(keysOf(record).map((key) => key.toLowerCase())).size === keysOf(record).length);

/** What they must be; completes `is not`. */
export const AWS_TAGS =
  `at most ${MOST_TAGS} tags of text, with letters, digits, blanks and _ . : / = + - @ ` +
  '(no key beginning with aws:, no two keys that differ in upper and lower case alone)';
