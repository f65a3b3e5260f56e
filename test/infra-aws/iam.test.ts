import { decisionsFor } from './decisions/all';
import { synthVariant, VARIANT_NAMES } from './helpers';
import { outcomeOf, wrongDecisions } from './simulate';

describe.each(VARIANT_NAMES)('IAM decisions, variant %s', (variant) => {
  const decisions = decisionsFor(variant, synthVariant(variant));

  it('are as expected', async () => {
    expect(await wrongDecisions(decisions)).toEqual([]);
  });

  it('are at least sixty, all different', () => {
    expect(new Set(decisions.map(({ name }) => name)).size).toBe(decisions.length);
    expect(decisions.filter(({ expected }) => expected !== 'impossible').length).toBeGreaterThanOrEqual(60);
  });

  it('include both allowed and denied requests', () => {
    const of = (outcome: string): number => decisions.filter(({ expected }) => expected === outcome).length;
    expect(of('allowed')).toBeGreaterThanOrEqual(10);
    expect(of('denied')).toBeGreaterThanOrEqual(40);
  });
});

it('every request has all context keys', async () => {
  const request = {
    principal: 'arn:aws:iam::111122223333:role/x',
    identity: [],
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::a/b',
    resourcePolicy: undefined,
    context: { 'no:SuchKey': 'x' },
  };
  await expect(outcomeOf(request)).rejects.toThrow(
    's3:GetObject on arn:aws:s3:::a/b: judged without no:SuchKey',
  );
});
