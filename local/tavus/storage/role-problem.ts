import { SESSION_SEC, VENDOR_ACCOUNT } from '../vendor';
import type { IamRole } from './cloud';

type Json = Readonly<Record<string, unknown>>;

/** A policy value is one string or a list. Ignores everything else. */
function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statements(policy: unknown): Json[] {
  if (!isJson(policy)) return [];
  const { Statement } = policy;
  return (Array.isArray(Statement) ? Statement : [Statement]).filter(isJson);
}

function coversAssumeRole(statement: Json): boolean {
  return strings(statement['Action']).some((action) =>
    ['*', 'sts:*', 'sts:assume*', 'sts:assumerole', 'sts:assumerole*'].includes(action.toLowerCase()),
  );
}

function principals(statement: Json): string[] {
  const principal = statement['Principal'];
  return isJson(principal) ? strings(principal['AWS']) : strings(principal);
}

const VENDOR_PRINCIPALS = new Set([`arn:aws:iam::${VENDOR_ACCOUNT}:root`, VENDOR_ACCOUNT]);

/** The values of `sts:ExternalId` for one condition operator. Condition keys are case-insensitive in IAM. */
function externalIds(statement: Json, operator: string): string[] {
  const condition = statement['Condition'];
  const block = isJson(condition) ? condition[operator] : undefined;
  if (!isJson(block)) return [];
  return Object.entries(block)
    .filter(([key]) => key.toLowerCase() === 'sts:externalid')
    .flatMap(([, values]) => strings(values));
}

/**
 * Returns why the vendor cannot use the role, or `undefined` if it can.
 *
 * Requires what Tavus documents: Allow `sts:AssumeRole` for the vendor's account, `StringEquals sts:ExternalId`,
 * sessions of 12 hours. This is stricter than AWS (assumption): AWS also accepts a `*` principal, `StringLike` or no
 * condition. Ignores Deny statements: AssumeRole checks them later.
 */
export function roleProblem(role: IamRole, externalId: string): string | undefined {
  const allows = statements(role.trustPolicy).filter(
    (statement) => statement['Effect'] === 'Allow' && coversAssumeRole(statement),
  );
  const forVendor = allows.filter((statement) =>
    principals(statement).some((name) => VENDOR_PRINCIPALS.has(name)),
  );
  if (forVendor.length === 0) {
    const named = [...new Set(allows.flatMap(principals).flatMap((name) => /^\*$|\d{12}/.exec(name) ?? []))];
    return `The role's trust policy does not allow sts:AssumeRole for account ${VENDOR_ACCOUNT}; it names ${named.join(', ') || 'no account'}.`;
  }
  if (!forVendor.some((statement) => externalIds(statement, 'StringEquals').includes(externalId))) {
    const found = [...new Set(forVendor.flatMap((statement) => externalIds(statement, 'StringEquals')))];
    return `The role's trust policy does not require sts:ExternalId "${externalId}" with StringEquals; it requires ${found.map((id) => `"${id}"`).join(', ') || 'none'}.`;
  }
  if (role.maxSessionSec < SESSION_SEC) {
    return `The role's MaxSessionDuration is ${role.maxSessionSec} s; the vendor requests a session of ${SESSION_SEC} s.`;
  }
  return undefined;
}
