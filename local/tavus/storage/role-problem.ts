import { SESSION_SEC, VENDOR_ACCOUNT } from '../vendor';
import type { IamRole } from './cloud';

type Json = Readonly<Record<string, unknown>>;

/** Values as policies write them: one, or a list. Anything that is no text is ignored. */
function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statements(trust: unknown): Json[] {
  if (!isJson(trust)) return [];
  const { Statement } = trust;
  return (Array.isArray(Statement) ? Statement : [Statement]).filter(isJson);
}

function coversAssumeRole(statement: Json): boolean {
  return texts(statement['Action']).some((action) =>
    ['*', 'sts:*', 'sts:assume*', 'sts:assumerole', 'sts:assumerole*'].includes(action.toLowerCase()),
  );
}

function principals(statement: Json): string[] {
  const principal = statement['Principal'];
  return isJson(principal) ? texts(principal['AWS']) : texts(principal);
}

const NAMES_OF_VENDOR = new Set([`arn:aws:iam::${VENDOR_ACCOUNT}:root`, VENDOR_ACCOUNT]);

/** Values for `sts:ExternalId` under one operator. IAM reads condition keys without regard to case. */
function externalIds(statement: Json, operator: string): string[] {
  const condition = statement['Condition'];
  const block = isJson(condition) ? condition[operator] : undefined;
  if (!isJson(block)) return [];
  return Object.entries(block)
    .filter(([key]) => key.toLowerCase() === 'sts:externalid')
    .flatMap(([, values]) => texts(values));
}

/**
 * Why the vendor could not use this role, in plain words; `undefined` when it can.
 *
 * Asks for what Tavus documents: Allow `sts:AssumeRole` for the vendor's account, `StringEquals
 * sts:ExternalId`, 12 hours. Stricter than AWS on purpose (assumption): a `*` principal, `StringLike` or no
 * condition would let the call through there, but is not what the vendor asks customers to set up. A Deny is left to the
 * AssumeRole that follows.
 */
export function roleProblem(role: IamRole, externalId: string): string | undefined {
  const all = statements(role.trust);
  const allows = all.filter((statement) => statement['Effect'] === 'Allow' && coversAssumeRole(statement));
  const ours = allows.filter((statement) => principals(statement).some((name) => NAMES_OF_VENDOR.has(name)));
  if (ours.length === 0) {
    const named = [...new Set(allows.flatMap(principals).flatMap((name) => /^\*$|\d{12}/.exec(name) ?? []))];
    return `The role's trust policy does not allow sts:AssumeRole to account ${VENDOR_ACCOUNT}; it names ${named.join(', ') || 'no account'}.`;
  }
  if (!ours.some((statement) => externalIds(statement, 'StringEquals').includes(externalId))) {
    const found = [...new Set(ours.flatMap((statement) => externalIds(statement, 'StringEquals')))];
    return `The role's trust policy does not ask for sts:ExternalId "${externalId}" by StringEquals; it asks for ${found.map((id) => `"${id}"`).join(', ') || 'none'}.`;
  }
  if (role.maxSessionSec < SESSION_SEC) {
    return `The role's MaxSessionDuration is ${role.maxSessionSec} s; the vendor asks for a session of ${SESSION_SEC} s.`;
  }
  return undefined;
}
