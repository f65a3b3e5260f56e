import { wrongDecisions } from '../simulate';
import { ciIdentityDecisionsFor } from './decisions/all';
import { synthCiIdentity, CI_IDENTITY_VARIANT_NAMES } from './helpers';

describe.each(CI_IDENTITY_VARIANT_NAMES)('IAM decisions about the CI identity, %s', (variant) => {
  const decisions = ciIdentityDecisionsFor(variant, synthCiIdentity(variant));

  it('are as expected', async () => {
    expect(await wrongDecisions(decisions)).toEqual([]);
  });

  it('are all different', () => {
    const names = decisions.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('include both allowed and denied requests', () => {
    const of = (outcome: string): number => decisions.filter(({ expected }) => expected === outcome).length;
    expect(of('allowed')).toBeGreaterThanOrEqual(150);
    expect(of('denied')).toBeGreaterThanOrEqual(1000);
  });
});
