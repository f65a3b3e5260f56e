import type { Check } from '../check-result';

/** State of what Tavus checks before it creates a conversation. */
export type RoleState = 'right' | 'wrong' | 'unknown';

const LOOKED_AT: ReadonlySet<string> = new Set(['role-exists', 'role-trust', 'role-session']);

/** Derives the state from the checks of the role. */
export async function roleState(checks: readonly Check[]): Promise<RoleState> {
  const outcomes = await Promise.all(
    checks.filter(({ id }) => LOOKED_AT.has(id)).map(async ({ run }) => run()),
  );
  if (outcomes.some(({ status }) => status === 'fail')) return 'wrong';
  return outcomes.every(({ status }) => status === 'ok') ? 'right' : 'unknown';
}
