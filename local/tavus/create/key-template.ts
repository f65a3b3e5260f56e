const MOST_CHARACTERS = 512;
const ALLOWED = /^[0-9A-Za-z./_{}-]+$/;
const TOKENS = new Set(['{conversation_id}', '{epoch_ms}']);

/** Key when a worker copies and no template is given (assumption: the same as for S3). */
export const DEFAULT_KEY_TEMPLATE = 'tavus/{conversation_id}/{epoch_ms}';

/** What is wrong with a `key_template`; `undefined` when it is in order. Rules as documented, May 2026. */
export function keyTemplateProblem(template: string): string | undefined {
  if (template.length === 0) return 'must not be empty';
  if (template.length > MOST_CHARACTERS) return `must not be longer than ${MOST_CHARACTERS} characters`;
  if (!ALLOWED.test(template)) return 'has a character outside 0-9 A-Z a-z . / _ - { }';
  if (template.startsWith('/')) return 'must not begin with /';
  if (template.includes('//')) return 'must not contain //';
  if (template.includes('..')) return 'must not contain ..';
  const unknown = (template.match(/\{[^}]*\}?/g) ?? []).find((token) => !TOKENS.has(token));
  return unknown === undefined ? undefined : `has the unknown token ${unknown}`;
}

/** The key that a checked template gives for one recording. */
export function keyFromTemplate(template: string, conversationId: string, epochMs: number): string {
  return template.replaceAll('{conversation_id}', conversationId).replaceAll('{epoch_ms}', String(epochMs));
}
