import * as z from 'zod';

/** Letters of any alphabet, digits, blanks and `_ . : / = + - @`; lengths count characters, not bytes. */
const KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}_.:/=+\-@]{1,128}$/iu;
const VALUE = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]{0,256}$/u;

/** CloudFormation's limit for a stack; it puts all of them on each resource. */
const MOST_TAGS = 50;

const keysOf = (record: Readonly<Record<string, string>>): string[] => Object.keys(record);

/**
 * Tags that CloudFormation, S3, KMS and IAM all accept. IAM compares keys case-insensitively: two keys that differ only in
 * case make it refuse the role, after the bucket was created.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules (read 2026-11-28)
 */
export const awsTags = z
  .record(z.string().regex(KEY), z.string().regex(VALUE))
  .refine((record) => keysOf(record).length <= MOST_TAGS)
  .refine((record) => new Set(keysOf(record).map((key) => key.toLowerCase())).size === keysOf(record).length);

/** The rules in words; completes `is not`. */
export const AWS_TAGS =
  `at most ${MOST_TAGS} tags of text, with letters, digits, blanks and _ . : / = + - @ ` +
  '(no key begins with aws:, no two keys differ only in case)';
