import { fail, ok, warn, type CheckOutcome } from '../check-result';
import type { ActionDecision, Decisions, DeniedBy } from './decisions';

/** Rights that a role needs, and their texts in the report. */
export interface RequiredRights {
  readonly actions: readonly string[];
  readonly expected: string;
  /** Finding when all are allowed. */
  readonly allowed: string;
  /** Beginning of the finding when some are not allowed. */
  readonly counted: (allowed: number) => string;
  /** Fix when no policy allows an action, or only under conditions. */
  readonly fix: string;
}

const CAUSES: Readonly<Record<DeniedBy, (actions: string) => string>> = {
  organisation: (actions) => `an organisation's policy denies ${actions}`,
  boundary: (actions) => `the role's permissions boundary does not allow ${actions}`,
  'own deny': (actions) => `a Deny in the role's own policies applies to ${actions}`,
};

const FIXES: Readonly<Record<DeniedBy, (actions: string) => string>> = {
  organisation: (actions) =>
    `Ask the administrator of the organisation to allow the role ${actions} (service control policies): no policy of this account can.`,
  boundary: (actions) =>
    `Allow ${actions} in the policy that \`aws iam get-role --role-name <role> --query Role.PermissionsBoundary\` names.`,
  'own deny': () =>
    'Remove the Deny from its policy: `aws iam list-role-policies --role-name <role>` and ' +
    '`aws iam list-attached-role-policies --role-name <role>` list all policies.',
};

/**
 * Whether a role has all rights. Each cause has its own fix: an Allow does not override a Deny.
 * @param decisions an action without a decision counts as denied
 */
export function judgeDecisions({ byAction, by }: Decisions, wanted: RequiredRights): CheckOutcome {
  const { actions, expected, allowed, counted, fix } = wanted;
  const decided = actions.map((action) => ({ action, ...(byAction.get(action) ?? DENIED) }));
  const denied = decided.filter(({ decision }) => decision === 'denied');
  const conditional = decided.filter(({ decision }) => decision === 'conditional');
  const found = `${counted(actions.length - denied.length - conditional.length)}, by ${by}`;
  if (denied.length > 0) {
    // The fix within this account comes last, because it is the longest.
    const causes = [...new Set(denied.map(({ deniedBy }) => deniedBy))].toSorted(
      (a, b) => Number(a === undefined) - Number(b === undefined),
    );
    const parts = causes.map((cause) => {
      const hit = denied.flatMap(({ action, deniedBy }) => (deniedBy === cause ? [action] : [])).join(', ');
      return cause === undefined
        ? { words: `not allowed: ${hit}`, fix }
        : { words: CAUSES[cause](hit), fix: FIXES[cause](hit) };
    });
    return fail(
      [found, ...parts.map(({ words }) => words)].join('; '),
      expected,
      parts.map((part) => part.fix).join(' '),
    );
  }
  if (conditional.length === 0) return ok(`${allowed}, by ${by}`, expected);
  const keys = new Set(conditional.flatMap(({ unknownKeys = [] }) => unknownKeys));
  const on = keys.size === 0 ? '' : ` (on ${[...keys].join(', ')})`;
  const names = conditional.map(({ action }) => action).join(', ');
  return warn(`${found}; under conditions${on}: ${names}`, expected, fix);
}

const DENIED: ActionDecision = { decision: 'denied' };
