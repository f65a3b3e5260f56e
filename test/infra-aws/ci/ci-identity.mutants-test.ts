import { affected } from '../mutants/affected';
import type { Mutant } from '../mutants/paths';
import { policyMutants } from '../mutants/policy-mutants';
import { propertyMutants } from '../mutants/property-mutants';
import { wrongDecisions } from '../simulate';
import { ciIdentityDecisionsFor } from './decisions/all';
import { synthCiIdentity, CI_IDENTITY_VARIANT_NAMES, type CiIdentityVariant } from './helpers';
import { ciIdentityProblems } from './properties';

/**
 * With these patterns an action is still the only one that the simulator knows for such a resource, or the only
 * one to which the statement's condition can apply. An invariant covers them: no pattern allows an action.
 */
const MATCHES_NOTHING_MORE = [
  /AssumeRolePolicyDocument\..*Action = \["(?:sts:Assume\*|sts:\*|\*)"\]$/,
  /Policies\..*Action = \["sts:Assume\*"\]$/,
  /Boundary\w+\..*Action = \[.*"(?:s3:Abort\*|s3:List\*|kms:Decrypt\*)"\]$/,
  /Action = \[.*"(?:iam:(?:Create|Put|Simulate|Tag|Untag)|kms:(?:Describe|Tag))\*"\]$/,
  /BootstrapBoundary.*Action = \["(?:iam:Get\*|iam:Pass\*|iam:\*|\*)"\]$/,
  /BootstrapBoundary.*"cloudformation:(?:Continue|Create|Describe|Detect|Execute|List|Rollback|Update)\*"\]$/,
];

const decides = async (variant: CiIdentityVariant, mutant: Mutant): Promise<boolean> => {
  const decisions = affected(ciIdentityDecisionsFor(variant, mutant.template), mutant);
  return (await wrongDecisions(decisions, true)).length > 0;
};

const asserts = (variant: CiIdentityVariant, { template }: Mutant): boolean =>
  ciIdentityProblems(variant, template).length > 0;

/** The boundary also contains the execution policy's statements, which another test asserts; so they are mutated only once. */
function withoutRepeated(mutants: readonly Mutant[]): Mutant[] {
  const owners = new Map<string, string>();
  return mutants.filter(({ name, statements: [before] = [] }) => {
    const owner = name.split('.')[1] ?? '';
    const statement = JSON.stringify(before);
    if (!owners.has(statement)) owners.set(statement, owner);
    return owners.get(statement) === owner;
  });
}

describe('faults in the CI identity', () => {
  // This variant has all statements of the other, and more.
  it('each fault in a policy changes a decision, except patterns that match nothing more today', async () => {
    const undecided: Mutant[] = [];
    for (const mutant of withoutRepeated(policyMutants(synthCiIdentity('most')))) {
      if (!(await decides('most', mutant))) undecided.push(mutant);
    }
    expect(
      undecided
        .map(({ name }) => name)
        .filter((name) => !MATCHES_NOTHING_MORE.some((pattern) => pattern.test(name))),
    ).toEqual([]);
    expect(undecided.filter((mutant) => !asserts('most', mutant)).map(({ name }) => name)).toEqual([]);
  });

  it.each(CI_IDENTITY_VARIANT_NAMES)(
    'each elsewhere turns an assertion or a decision wrong, %s',
    async (variant) => {
      const unnoticed: string[] = [];
      for (const mutant of propertyMutants(synthCiIdentity(variant))) {
        if (!asserts(variant, mutant) && !(await decides(variant, mutant))) unnoticed.push(mutant.name);
      }
      expect(unnoticed).toEqual([]);
    },
  );

  it('are many and all different', () => {
    const template = synthCiIdentity('most');
    const mutants = [...policyMutants(template), ...propertyMutants(template)];
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(700);
  });
});
