import { wrongDecisions } from '../simulate';
import { trustDecisionsFor } from './decisions/all';
import { synthTrust, TRUST_VARIANT_NAMES } from './helpers';

describe.each(TRUST_VARIANT_NAMES)('IAM decisions about the trust in CI, %s', (variant) => {
  const decisions = trustDecisionsFor(variant, synthTrust(variant));

  it('come out as written beforehand', async () => {
    expect(await wrongDecisions(decisions)).toEqual([]);
  });

  it('are each about something else', () => {
    const names = decisions.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('are for both outcomes', () => {
    const of = (outcome: string): number => decisions.filter(({ expected }) => expected === outcome).length;
    expect(of('allowed')).toBeGreaterThanOrEqual(150);
    expect(of('denied')).toBeGreaterThanOrEqual(1000);
  });
});
