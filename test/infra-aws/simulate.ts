import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate';
import { type PolicyDocument, TARGET } from './template';

/** `impossible`: AWS knows no request for this action on this kind of resource. */
export type SimulatedOutcome = 'allowed' | 'denied' | 'impossible';

/** One request for the simulation. */
export interface SimulatedRequest {
  /** ARN, a service's name, or undefined for an unsigned request. */
  readonly principal: string | undefined;
  /** Identity policies of the caller in its own account. */
  readonly identity: readonly PolicyDocument[];
  /** Permissions boundary of the caller. @default - none */
  readonly boundary?: PolicyDocument;
  readonly action: string;
  readonly resource: string;
  readonly resourcePolicy: PolicyDocument | undefined;
  readonly context: Readonly<Record<string, string>>;
}

/** A rule, and the expected decision for all its requests: allowed only if each one is. */
export interface Decision {
  readonly name: string;
  readonly expected: SimulatedOutcome;
  readonly requests: readonly SimulatedRequest[];
}

/** Mutants differ in one policy, so most of their requests were already simulated. */
const judged = new Map<string, Promise<SimulatedOutcome>>();

const numbers = new Map<string, number>();
const numbered = new WeakMap<PolicyDocument, number>();

/** The same number for equal policies, because a policy is long and compared a thousand times. */
function numberOf(policy: PolicyDocument | undefined): number | undefined {
  if (policy === undefined) return undefined;
  const known = numbered.get(policy);
  if (known !== undefined) return known;
  const content = JSON.stringify(policy);
  const number = numbers.get(content) ?? numbers.size;
  numbers.set(content, number);
  numbered.set(policy, number);
  return number;
}

const keyOf = ({ identity, boundary, resourcePolicy, ...request }: SimulatedRequest): string =>
  JSON.stringify([
    request,
    identity.map(numberOf),
    numberOf(boundary) ?? null,
    numberOf(resourcePolicy) ?? null,
  ]);

/**
 * IAM's decision.
 * @throws if the simulator misses a context key or cannot decide: the result would be for another request
 */
export function outcomeOf(request: SimulatedRequest): Promise<SimulatedOutcome> {
  const key = keyOf(request);
  const known = judged.get(key);
  if (known !== undefined) return known;
  const outcome = judge(request);
  judged.set(key, outcome);
  return outcome;
}

/** AWS refuses an empty policy, so an empty one (of a mutant) counts as none. */
const hasStatements = (policy: PolicyDocument | undefined): boolean => (policy?.Statement.length ?? 0) > 0;

async function judge(request: SimulatedRequest): Promise<SimulatedOutcome> {
  const simulation = await runSimulation(
    {
      request: {
        principal: request.principal ?? anonymousPrincipal,
        action: request.action,
        resource: { resource: request.resource, accountId: TARGET.account },
        contextVariables: { ...request.context },
      },
      identityPolicies: request.identity
        .filter(hasStatements)
        .map((policy, index) => ({ name: `identity-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: hasStatements(request.resourcePolicy) ? request.resourcePolicy : undefined,
      ...(request.boundary === undefined
        ? {}
        : { permissionBoundaryPolicies: [{ name: 'boundary', policy: request.boundary }] }),
    },
    {},
  );
  const described = `${request.action} on ${request.resource}`;
  if (simulation.resultType === 'error') {
    if (simulation.errors.message === 'no.resource.types') return 'impossible';
    throw new Error(`${described}: not judged, ${JSON.stringify(simulation.errors)}`);
  }
  if (simulation.resultType !== 'single') throw new Error(`${described}: judged for a wildcard`);
  const ignored = simulation.result.ignoredContextKeys;
  if (ignored === undefined || ignored.length > 0) {
    throw new Error(`${described}: judged without ${ignored?.join(', ') ?? 'saying what was ignored'}`);
  }
  return simulation.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

async function outcomeOfAll(requests: readonly SimulatedRequest[]): Promise<SimulatedOutcome> {
  for (const request of requests) {
    const outcome = await outcomeOf(request);
    if (outcome !== 'allowed') return outcome;
  }
  return 'allowed';
}

/** The unexpected decisions; with `stopAtFirst` at most one. */
export async function wrongDecisions(decisions: readonly Decision[], stopAtFirst = false): Promise<string[]> {
  const wrong: string[] = [];
  for (const decision of decisions) {
    const outcome = await outcomeOfAll(decision.requests);
    if (outcome !== decision.expected)
      wrong.push(`${decision.name}: expected ${decision.expected}, got ${outcome}`);
    if (stopAtFirst && wrong.length > 0) break;
  }
  return wrong;
}
