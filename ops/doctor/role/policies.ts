import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { known, type AwsAnswer, type KnownAnswer } from '../../aws/answer';
import { parsePolicy, type NormalisedStatement } from '../policy/document';
import { roleName, type RoleFacts } from './facts';

/** Statements of all policies of a role. */
export interface RolePolicies {
  /** From inline and attached policies. */
  readonly own: readonly NormalisedStatement[];
  /** From the permissions boundary; undefined without one. */
  readonly boundary: readonly NormalisedStatement[] | undefined;
}

/** Reads all policies. Without one of them no decision is possible, so the first missing right is the answer. */
export async function readPolicies(
  iam: IAMClient,
  roleArn: string,
  facts: Promise<AwsAnswer<RoleFacts>>,
): Promise<KnownAnswer<RolePolicies>> {
  const RoleName = roleName(roleArn);
  const [inline, attached, role] = await Promise.all([
    inlineNames(iam, RoleName),
    attachedArns(iam, RoleName),
    facts,
  ]);
  if (inline.kind !== 'is') return inline;
  if (attached.kind !== 'is') return attached;
  if (role.kind === 'missing') return { kind: 'unanswered', reason: 'the role does not exist' };
  if (role.kind !== 'is') return role;
  const own = await allStatements([
    ...inline.value.map((PolicyName) => inlineDocument(iam, RoleName, PolicyName)),
    ...attached.value.map((PolicyArn) => managedDocument(iam, PolicyArn)),
  ]);
  if (own.kind !== 'is') return own;
  const { boundaryArn } = role.value;
  const boundary =
    boundaryArn === undefined ? undefined : await allStatements([managedDocument(iam, boundaryArn)]);
  if (boundary !== undefined && boundary.kind !== 'is') return boundary;
  return { kind: 'is', value: { own: own.value, boundary: boundary?.value } };
}

async function allStatements(
  documents: readonly Promise<KnownAnswer<string>>[],
): Promise<KnownAnswer<readonly NormalisedStatement[]>> {
  const statements: NormalisedStatement[] = [];
  for (const document of await Promise.all(documents)) {
    if (document.kind !== 'is') return document;
    statements.push(...parsePolicy(document.value));
  }
  return { kind: 'is', value: statements };
}

const inlineNames = (iam: IAMClient, RoleName: string): Promise<KnownAnswer<readonly string[]>> =>
  known('iam:ListRolePolicies', async () => {
    const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    return names;
  });

const attachedArns = (iam: IAMClient, RoleName: string): Promise<KnownAnswer<readonly string[]>> =>
  known('iam:ListAttachedRolePolicies', async () => {
    const answer = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    return (answer.AttachedPolicies ?? []).flatMap(({ PolicyArn: arn }) => arn ?? []);
  });

const inlineDocument = (iam: IAMClient, RoleName: string, PolicyName: string): Promise<KnownAnswer<string>> =>
  known('iam:GetRolePolicy', async () => {
    const answer = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return answer.PolicyDocument ?? '';
  });

/** A managed policy: attached, or a boundary. */
async function managedDocument(iam: IAMClient, PolicyArn: string): Promise<KnownAnswer<string>> {
  const version = await known('iam:GetPolicy', async () => {
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    return policy?.DefaultVersionId;
  });
  if (version.kind !== 'is') return version;
  return known('iam:GetPolicyVersion', async () => {
    const answer = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: version.value }));
    return answer.PolicyVersion?.Document ?? '';
  });
}
