import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { makeApp, VARIANT_NAMES, VARIANTS } from './helpers';
import { ACKNOWLEDGED } from './nag-acknowledgements';
import { nagFindings } from './nag-findings';

describe('cdk-nag, AwsSolutions and NIST 800-53 R5', () => {
  // Equality both ways: a new finding fails, and so does an acknowledgement of one that is gone.
  it.each(VARIANT_NAMES)('finds what is acknowledged and nothing else, variant %s', (variant) => {
    const { app } = makeApp({ dev: VARIANTS[variant] });
    const acknowledged = ACKNOWLEDGED.filter(({ variants }) => variants.includes(variant));
    expect(nagFindings(app)).toEqual(
      acknowledged.map(({ rule, construct }) => `${rule} at TavusRecordings-dev/${construct}`).toSorted(),
    );
  });

  it('is really listening', () => {
    const { app } = makeApp({ dev: {} });
    const careless = new Bucket(new Stack(app, 'Careless'), 'Bucket', {
      removalPolicy: RemovalPolicy.DESTROY,
    });
    expect(nagFindings(app)).toContain(`AwsSolutions-S10 at ${careless.node.path}/Resource`);
  });

  it('has a reason for each acknowledgement', () => {
    expect(
      ACKNOWLEDGED.filter(({ reason, variants }) => reason.length < 40 || variants.length === 0),
    ).toEqual([]);
  });
});
