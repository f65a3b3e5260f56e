import { nagFindings } from '../nag-findings';
import { makeTrustApp, TRUST_VARIANT_NAMES, TRUST_VARIANTS } from './helpers';
import { TRUST_ACKNOWLEDGED } from './nag-acknowledgements';

describe('cdk-nag, AwsSolutions and NIST 800-53 R5', () => {
  // Equality both ways: a new finding fails, and so does an acknowledgement of one that is gone.
  it.each(TRUST_VARIANT_NAMES)('finds in the trust what is acknowledged and nothing else, %s', (variant) => {
    const { app } = makeTrustApp(TRUST_VARIANTS[variant]);
    const acknowledged = TRUST_ACKNOWLEDGED.filter(({ variants }) => variants.includes(variant));
    expect(nagFindings(app)).toEqual(
      acknowledged
        .flatMap(({ rule, constructs }) =>
          constructs.map((construct) => `${rule} at TavusRecordingsTrust/${construct}/Resource`),
        )
        .toSorted(),
    );
  });

  it('has a reason for each acknowledgement', () => {
    expect(
      TRUST_ACKNOWLEDGED.filter(({ reason, variants }) => reason.length < 40 || variants.length === 0),
    ).toEqual([]);
  });
});
