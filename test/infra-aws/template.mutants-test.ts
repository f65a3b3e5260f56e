import { decisionsFor } from './decisions/all';
import { synthVariant, VARIANT_NAMES } from './helpers';
import { invariantProblems } from './invariants';
import { affected } from './mutants/affected';
import type { Mutant } from './mutants/paths';
import { policyMutants } from './mutants/policy-mutants';
import { propertyMutants } from './mutants/property-mutants';
import { propertyProblems } from './properties';
import { wrongDecisions } from './simulate';

/**
 * With these patterns an action is still the only one that the simulator knows here, so no decision changes.
 * An invariant covers them: no pattern allows an action.
 */
const MATCHES_NOTHING_MORE = [
  /AssumeRolePolicyDocument\..*Action = \["(?:sts:Assume\*|sts:\*|\*)"\]$/,
  /KeyPolicy\..*Action = \["\*"\]$/,
  /Policies\..*Action = \[.*"(?:s3:Abort\*|s3:List\*|kms:Decrypt\*)"\]$/,
];

describe.each(VARIANT_NAMES)('faults in the template, variant %s', (variant) => {
  const template = synthVariant(variant);

  const decides = async (mutant: Mutant): Promise<boolean> =>
    (await wrongDecisions(affected(decisionsFor(variant, mutant.template), mutant), true)).length > 0;
  const asserts = ({ template: mutated }: Mutant): boolean =>
    propertyProblems(variant, mutated).length > 0 || invariantProblems(mutated).length > 0;

  it('each fault in a policy changes a decision, except patterns that match nothing more today', async () => {
    const undecided: Mutant[] = [];
    for (const mutant of policyMutants(template)) if (!(await decides(mutant))) undecided.push(mutant);
    expect(
      undecided
        .map(({ name }) => name)
        .filter((name) => !MATCHES_NOTHING_MORE.some((pattern) => pattern.test(name))),
    ).toEqual([]);
    expect(undecided.filter((mutant) => !asserts(mutant)).map(({ name }) => name)).toEqual([]);
  });

  it('each fault elsewhere changes an assertion or a decision', async () => {
    const unnoticed: string[] = [];
    for (const mutant of propertyMutants(template)) {
      if (!asserts(mutant) && !(await decides(mutant))) unnoticed.push(mutant.name);
    }
    expect(unnoticed).toEqual([]);
  });

  it('are many and all different', () => {
    const mutants = [...policyMutants(template), ...propertyMutants(template)];
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(70);
  });
});
