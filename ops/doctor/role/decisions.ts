import {
  SimulatePrincipalPolicyCommand,
  type ContextEntry,
  type EvaluationResult,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { known, type AwsAnswer, type KnownAnswer } from '../../aws/answer';
import type { RequestContext } from '../policy/conditions';
import { evaluatePolicies, type PolicyDecision } from '../policy/evaluate';
import type { RoleFacts } from './facts';
import { readPolicies, type RolePolicies } from './policies';

/** Actions to evaluate. */
export interface AccessQuestion {
  readonly actions: readonly string[];
  readonly resource: string;
  readonly context: RequestContext;
}

/** What denies an action explicitly; absent when no policy allows it. */
export type DeniedBy = 'organisation' | 'boundary' | 'own deny';

/** Decision on one action. */
export interface ActionDecision {
  readonly decision: PolicyDecision;
  readonly deniedBy?: DeniedBy;
  /** Condition keys without a known value that the decision depends on. Only AWS's simulation reports them. */
  readonly unknownKeys?: readonly string[];
}

/** Decisions and how they were made. */
export interface Decisions {
  readonly by: "AWS's simulation" | "the role's policies as read, not those of an organisation";
  readonly byAction: ReadonlyMap<string, ActionDecision>;
}

/** Never `missing`: there is a decision, or a reason why there is none. */
export type Decide = (question: AccessQuestion) => Promise<KnownAnswer<Decisions>>;

/**
 * Decides by AWS's simulation, which includes boundaries and service control policies. If the caller may not run it,
 * reads the role's policies and boundary instead. Neither includes resource control policies.
 */
export function decider(iam: IAMClient, roleArn: string, facts: Promise<AwsAnswer<RoleFacts>>): Decide {
  let read: Promise<KnownAnswer<RolePolicies>> | undefined;
  return async (question) => {
    const simulated = await simulate(iam, roleArn, question);
    if (simulated.kind === 'is') return simulated;
    const policies = await (read ??= readPolicies(iam, roleArn, facts));
    if (policies.kind !== 'is') return both(simulated, policies);
    const byAction = new Map(
      question.actions.map((action) => [action, decideAsRead(policies.value, question, action)]),
    );
    return {
      kind: 'is',
      value: { by: "the role's policies as read, not those of an organisation", byAction },
    };
  };
}

type Unknown = Exclude<KnownAnswer<never>, { kind: 'is' }>;

/** Names both rights, because either is enough. */
function both(simulated: Unknown, policies: Unknown): Unknown {
  return simulated.kind === 'denied' && policies.kind === 'denied'
    ? { ...simulated, right: `${simulated.right} (or ${policies.right})` }
    : policies;
}

function decideAsRead(
  { own, boundary }: RolePolicies,
  { resource, context }: AccessQuestion,
  action: string,
): ActionDecision {
  const byOwn = evaluatePolicies(own, { action, resource, context });
  if (boundary === undefined || byOwn === 'denied') return { decision: byOwn };
  const byBoundary = evaluatePolicies(boundary, { action, resource, context });
  if (byBoundary === 'denied') return { decision: 'denied', deniedBy: 'boundary' };
  return { decision: byBoundary === 'conditional' ? byBoundary : byOwn };
}

/** Condition keys passed to the simulation, in the spelling and type of IAM. */
const CONTEXT_KEY_TYPES: Readonly<Record<string, NonNullable<ContextEntry['ContextKeyType']>>> = {
  'aws:PrincipalAccount': 'string',
  'aws:PrincipalArn': 'string',
  'aws:PrincipalIsAWSService': 'boolean',
  'aws:RequestedRegion': 'string',
  'aws:ResourceAccount': 'string',
  'aws:SecureTransport': 'boolean',
  'aws:ViaAWSService': 'boolean',
  'kms:CallerAccount': 'string',
  'kms:ViaService': 'string',
};

const entries = (context: RequestContext): ContextEntry[] =>
  Object.entries(CONTEXT_KEY_TYPES).flatMap(([name, type]) => {
    const [value, ...others] = context(name.toLowerCase()) ?? [];
    return value === undefined || others.length > 0
      ? []
      : [{ ContextKeyName: name, ContextKeyType: type, ContextKeyValues: [value] }];
  });

function simulate(
  iam: IAMClient,
  roleArn: string,
  { actions, resource, context }: AccessQuestion,
): Promise<KnownAnswer<Decisions>> {
  return known('iam:SimulatePrincipalPolicy', async (): Promise<Decisions> => {
    const { EvaluationResults: results = [] } = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ContextEntries: entries(context),
      }),
    );
    return {
      by: "AWS's simulation",
      byAction: new Map(results.map((result) => [result.EvalActionName ?? '', decisionOf(result, context)])),
    };
  });
}

/** The simulation treats missing context as absent, but a real request may have it. */
function decisionOf(result: EvaluationResult, context: RequestContext): ActionDecision {
  const [onResource] = result.ResourceSpecificResults ?? [];
  const decision = onResource?.EvalResourceDecision ?? result.EvalDecision;
  const missing = new Set([
    ...(result.MissingContextValues ?? []),
    ...(onResource?.MissingContextValues ?? []),
  ]);
  const isAbsent = (key: string): boolean => {
    const possible = context(key.toLowerCase());
    return possible?.length === 1 && possible[0] === undefined;
  };
  const unknownKeys = [...missing].filter((key) => !isAbsent(key));
  const boundary = onResource?.PermissionsBoundaryDecisionDetail ?? result.PermissionsBoundaryDecisionDetail;
  if (decision !== 'allowed' && result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return { decision: 'denied', deniedBy: 'organisation' };
  }
  if (unknownKeys.length > 0) return { decision: 'conditional', unknownKeys };
  if (decision === 'allowed') return { decision: 'allowed' };
  if (boundary?.AllowedByPermissionsBoundary === false) return { decision: 'denied', deniedBy: 'boundary' };
  return { decision: 'denied', ...(decision === 'explicitDeny' ? { deniedBy: 'own deny' } : {}) };
}
