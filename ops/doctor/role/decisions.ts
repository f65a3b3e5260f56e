import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  SimulatePrincipalPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { known, type Known } from '../../aws/answer';
import { parsePolicy, type Statement } from '../policy/document';
import { decide, type Decision } from '../policy/evaluate';
import { roleName } from './facts';

/** What the role would like to do. */
export interface Question {
  readonly actions: readonly string[];
  readonly resource: string;
  /** Values of condition keys. */
  readonly context: Readonly<Record<string, string>>;
}

/** A decision for each action, and who made it. */
export interface Decisions {
  readonly by: "AWS's simulation" | "the role's policies as read";
  readonly of: ReadonlyMap<string, Decision>;
}

/** Nothing is `missing`: there is always a decision, or a reason why there is none. */
export type Decide = (question: Question) => Promise<Known<Decisions>>;

/**
 * Whether a role may do something, by AWS's own simulation, which knows boundaries and organisation policies too; where
 * that is not to be had, by reading the role's policies.
 */
export function decider(iam: IAMClient, roleArn: string): Decide {
  let read: Promise<Known<readonly Statement[]>> | undefined;
  return async (question) => {
    const simulated = await simulate(iam, roleArn, question);
    if (simulated.kind === 'is') return simulated;
    const policies = await (read ??= readPolicies(iam, roleName(roleArn)));
    if (policies.kind !== 'is') return both(simulated, policies);
    const context = Object.fromEntries(
      Object.entries(question.context).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const of = new Map(
      question.actions.map((action) => [
        action,
        decide(policies.value, { action, resource: question.resource, context }),
      ]),
    );
    return { kind: 'is', value: { by: "the role's policies as read", of } };
  };
}

type Unknown = Exclude<Known<never>, { kind: 'is' }>;

/** Both rights are named, because either is enough. */
function both(simulated: Unknown, policies: Unknown): Unknown {
  return simulated.kind === 'denied' && policies.kind === 'denied'
    ? { kind: 'denied', right: `${simulated.right} (or ${policies.right})` }
    : policies;
}

function simulate(
  iam: IAMClient,
  roleArn: string,
  { actions, resource, context }: Question,
): Promise<Known<Decisions>> {
  return known('iam:SimulatePrincipalPolicy', async (): Promise<Decisions> => {
    const { EvaluationResults: results = [] } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ContextEntries: Object.entries(context).map(([key, value]) => ({
          ContextKeyName: key,
          ContextKeyType: key === 'aws:SecureTransport' ? 'boolean' : 'string',
          ContextKeyValues: [value],
        })),
      }),
    );
    const of = new Map<string, Decision>(
      results.map(({ EvalActionName: action = '', EvalDecision: decision }) => [
        action,
        decision === 'allowed' ? 'allowed' : 'denied',
      ]),
    );
    return { by: "AWS's simulation", of };
  });
}

/** All inline and attached policies of a role. The first right that is missing is named. */
async function readPolicies(iam: IAMClient, RoleName: string): Promise<Known<readonly Statement[]>> {
  const [inline, attached] = await Promise.all([inlineNames(iam, RoleName), attachedArns(iam, RoleName)]);
  if (inline.kind !== 'is') return inline;
  if (attached.kind !== 'is') return attached;
  const documents = await Promise.all([
    ...inline.value.map((PolicyName) => inlineDocument(iam, RoleName, PolicyName)),
    ...attached.value.map((PolicyArn) => attachedDocument(iam, PolicyArn)),
  ]);
  const statements: Statement[] = [];
  for (const document of documents) {
    if (document.kind !== 'is') return document;
    statements.push(...parsePolicy(document.value));
  }
  return { kind: 'is', value: statements };
}

const inlineNames = (iam: IAMClient, RoleName: string): Promise<Known<readonly string[]>> =>
  known('iam:ListRolePolicies', async () => {
    const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    return names;
  });

const attachedArns = (iam: IAMClient, RoleName: string): Promise<Known<readonly string[]>> =>
  known('iam:ListAttachedRolePolicies', async () => {
    const answer = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    return (answer.AttachedPolicies ?? []).flatMap(({ PolicyArn: arn }) => arn ?? []);
  });

const inlineDocument = (iam: IAMClient, RoleName: string, PolicyName: string): Promise<Known<string>> =>
  known('iam:GetRolePolicy', async () => {
    const answer = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return answer.PolicyDocument ?? '';
  });

async function attachedDocument(iam: IAMClient, PolicyArn: string): Promise<Known<string>> {
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
