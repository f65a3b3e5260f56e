import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { makeApp, VARIANT_NAMES, VARIANTS } from './helpers';
import { ACKNOWLEDGED } from './nag-acknowledgements';

function findings(app: ReturnType<typeof makeApp>['app']): string[] {
  return [new AwsSolutionsChecks(app), new NIST80053R5Checks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    )
    .toSorted();
}

describe('cdk-nag, AwsSolutions and NIST 800-53 R5', () => {
  // Equality both ways: a new finding fails, and so does an acknowledgement of one that is gone.
  it.each(VARIANT_NAMES)('finds what is acknowledged and nothing else, variant %s', (variant) => {
    const { app } = makeApp({ dev: VARIANTS[variant] });
    const acknowledged = ACKNOWLEDGED.filter(({ variants }) => variants.includes(variant));
    expect(findings(app)).toEqual(
      acknowledged.map(({ rule, construct }) => `${rule} at TavusRecordings-dev/${construct}`).toSorted(),
    );
  });

  it('is really listening', () => {
    const { app } = makeApp({ dev: {} });
    const careless = new Bucket(new Stack(app, 'Careless'), 'Bucket', {
      removalPolicy: RemovalPolicy.DESTROY,
    });
    expect(findings(app)).toContain(`AwsSolutions-S10 at ${careless.node.path}/Resource`);
  });

  it('has a reason for each acknowledgement', () => {
    expect(
      ACKNOWLEDGED.filter(({ reason, variants }) => reason.length < 40 || variants.length === 0),
    ).toEqual([]);
  });
});
