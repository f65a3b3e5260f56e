import type { Check } from '../verdict';

/** What Tavus looks at before it makes a conversation, all of it together. */
export type RoleState = 'right' | 'wrong' | 'unknown';

const LOOKED_AT: ReadonlySet<string> = new Set(['role-exists', 'role-trust', 'role-session']);

/** What the checks of the role say of it. */
export async function stateOf(checks: readonly Check[]): Promise<RoleState> {
  const verdicts = await Promise.all(
    checks.filter(({ id }) => LOOKED_AT.has(id)).map(async ({ verdict }) => verdict()),
  );
  if (verdicts.some(({ status }) => status === 'fail')) return 'wrong';
  return verdicts.every(({ status }) => status === 'ok') ? 'right' : 'unknown';
}
