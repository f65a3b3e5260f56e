import { EVERYTHING } from '../../decisions/callers';
import { synth, VARIANT_NAMES, VARIANTS } from '../../helpers';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../../simulate';
import type { CfnTemplate } from '../../template';
import type { DeployedCiIdentity } from '../deployed-ci-identity';
import { OWN_BUCKET, type CiIdentityVariant } from '../helpers';
import { ESCALATIONS, EXECUTION_ROLE } from './escalations';
import { type Need, needsOf, ROLE_BOUNDARY } from './needs';
import { standingPolicy } from './standing-policies';

/** Every variant of a recordings stack, as an environment that CI deploys. */
const deployable = (variant: CiIdentityVariant): Readonly<Record<string, CfnTemplate>> => {
  const bounded = { permissionsBoundary: ROLE_BOUNDARY, tags: { team: 'video' } };
  return {
    ...Object.fromEntries(VARIANT_NAMES.map((name) => [name, synth({ ...VARIANTS[name], ...bounded })])),
    ...(variant === 'most' ? { named: synth({ ...bounded, bucketName: OWN_BUCKET }) } : {}),
  };
};

const needs = new Map<CiIdentityVariant, readonly [string, Need][]>();

/** Calls for all these stacks, each once, with the name of the first stack that needs it. */
function neededFor(variant: CiIdentityVariant): readonly [string, Need][] {
  const known = needs.get(variant);
  if (known !== undefined) return known;
  const calls = new Map<string, [string, Need]>();
  for (const [name, template] of Object.entries(deployable(variant))) {
    for (const need of needsOf(template)) {
      const key = JSON.stringify(need);
      if (!calls.has(key)) calls.set(key, [name, need]);
    }
  }
  const found = [...calls.values()];
  needs.set(variant, found);
  return found;
}

/**
 * The limits are tested one at a time: CloudFormation has both, and each alone must be enough. So a forgotten
 * flag of `cdk bootstrap` grants nothing.
 */
const callers = (
  deployed: DeployedCiIdentity,
): Readonly<Record<string, Pick<SimulatedRequest, 'identity' | 'boundary'>>> => ({
  'execution policy': { identity: [deployed.executionPolicy] },
  'bootstrap boundary': { identity: [EVERYTHING], boundary: deployed.bootstrapBoundary },
});

/** CloudFormation's rights for CI: all that the recordings stacks need, and nothing beyond them. */
export function executionDecisions(deployed: DeployedCiIdentity, variant: CiIdentityVariant): Decision[] {
  return Object.entries(callers(deployed)).flatMap(([who, policies]) => {
    const ask = (
      name: string,
      expected: SimulatedOutcome,
      { action, resource, context }: Need,
    ): Decision => ({
      name: `${who}: ${name}`,
      expected,
      requests: [
        {
          principal: EXECUTION_ROLE,
          ...policies,
          action,
          resource,
          resourcePolicy: standingPolicy(action, resource),
          context,
        },
      ],
    });
    return [
      ...neededFor(variant).map(([stack, need]) =>
        ask(`needed by ${stack}, ${need.action} on ${need.resource}`, 'allowed', need),
      ),
      ...ESCALATIONS.map((escalation) => ask(escalation.name, 'denied', escalation)),
    ];
  });
}
