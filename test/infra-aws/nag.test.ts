import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { makeCiIdentityApp, CI_IDENTITY_VARIANT_NAMES, CI_IDENTITY_VARIANTS } from './ci/helpers';
import { TRUST_ACKNOWLEDGED } from './ci/nag-acknowledgements';
import { makeApp, VARIANT_NAMES, VARIANTS } from './helpers';
import { makeIdentityApp } from './identity/helpers';
import { ACKNOWLEDGED, type Acknowledgement } from './nag-acknowledgements';

/** Findings of both packs of cdk-nag in an app, sorted, as `<rule>[<finding>] at <construct>`. */
const nagFindings = (app: App): string[] =>
  [new AwsSolutionsChecks(app), new NIST80053R5Checks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    )
    .toSorted();

/** The acknowledged findings of a variant, in the same format. */
const acknowledged = <Variant extends string>(
  stack: string,
  variant: Variant,
  all: readonly Acknowledgement<Variant>[],
): string[] =>
  all
    .filter(({ variants }) => variants.includes(variant))
    .flatMap(({ rule, constructs }) =>
      constructs.map((construct) => `${rule} at ${stack}/${construct}/Resource`),
    )
    .toSorted();

describe('cdk-nag, AwsSolutions and NIST 800-53 R5', () => {
  // Equality: a new finding fails, and so does an acknowledgement without a finding.
  it.each(VARIANT_NAMES)('has only acknowledged findings, variant %s', (variant) => {
    const { app } = makeApp({ dev: VARIANTS[variant] });
    expect(nagFindings(app)).toEqual(acknowledged('TavusRecordings-dev', variant, ACKNOWLEDGED));
  });

  it.each(CI_IDENTITY_VARIANT_NAMES)('has only acknowledged findings in the CI identity, %s', (variant) => {
    const { app } = makeCiIdentityApp(CI_IDENTITY_VARIANTS[variant]);
    expect(nagFindings(app)).toEqual(acknowledged('TavusRecordingsTrust', variant, TRUST_ACKNOWLEDGED));
  });

  it('has no findings in the identity providers', () => {
    expect(nagFindings(makeIdentityApp())).toEqual([]);
  });

  it('finds a fault', () => {
    const { app } = makeApp({ dev: {} });
    const careless = new Bucket(new Stack(app, 'Careless'), 'Bucket', {
      removalPolicy: RemovalPolicy.DESTROY,
    });
    expect(nagFindings(app)).toContain(`AwsSolutions-S10 at ${careless.node.path}/Resource`);
  });

  it('has a reason for each acknowledgement', () => {
    expect(
      [...ACKNOWLEDGED, ...TRUST_ACKNOWLEDGED].filter(
        ({ reason, variants }) => reason.length < 40 || variants.length === 0,
      ),
    ).toEqual([]);
  });
});
