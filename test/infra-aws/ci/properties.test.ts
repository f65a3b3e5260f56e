import { documentsIn } from '../invariants';
import { ERASER } from '../helpers';
import { asList, parsePolicy, parseTemplate, resolve } from '../template';
import {
  makeCiIdentityApp,
  PINNED_TRUST,
  SETTINGS,
  synthCiIdentity,
  CI_IDENTITY_VARIANT_NAMES,
} from './helpers';
import { ciIdentityProblems } from './properties';

describe.each(CI_IDENTITY_VARIANT_NAMES)('the CI identity, %s', (variant) => {
  const template = synthCiIdentity(variant);
  const { Resources: resources } = template;

  it('has exactly the expected properties', () => {
    expect(ciIdentityProblems(variant, template)).toEqual([]);
  });

  it('uses only equality conditions: a missing claim or boundary matches nothing', () => {
    const operators = documentsIn(resources)
      .flatMap(({ Statement }) => Statement)
      .flatMap(({ Condition = {} }) => Object.keys(Condition));
    expect([...new Set(operators)]).toEqual(['StringEquals']);
  });

  it('has no deny statements: actions that are not named are denied anyway', () => {
    const effects = documentsIn(resources).flatMap(({ Statement }) => Statement.map(({ Effect }) => Effect));
    expect([...new Set(effects)]).toEqual(['Allow']);
  });

  it('has the statements of the execution policy in the bootstrap boundary, and those of the CLI', () => {
    const statements = (id: string): unknown[] =>
      documentsIn(resources[id]?.Properties).flatMap(({ Statement }) => Statement);
    const execution = statements(PINNED_TRUST.executionPolicy);
    expect(execution).toHaveLength(7);
    expect(statements(PINNED_TRUST.bootstrapBoundary).slice(0, 7)).toEqual(execution);
  });

  it("has no policy beyond IAM's size limit", () => {
    // 6,144 characters without white space: docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (read 2026-11-25).
    const lengths = Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy')
      .map(
        ({ Properties }) => JSON.stringify(resolve(Properties['PolicyDocument'] ?? null, resources)).length,
      );
    expect(lengths).toHaveLength(3);
    expect(Math.max(...lengths)).toBeLessThan(6_144);
  });

  it('is the same when synthesized again', () => {
    expect(synthCiIdentity(variant)).toEqual(template);
  });
});

it('lets a role erase only in buckets of environments with an eraser', () => {
  const erasable = (environments: unknown): unknown[] => {
    const { app, stack } = makeCiIdentityApp({ ...SETTINGS, environments });
    const { Resources } = parseTemplate(app.synth().getStackByName(stack.stackName).template);
    return documentsIn(Resources[PINNED_TRUST.roleBoundary]?.Properties)
      .flatMap(({ Statement }) => Statement)
      .flatMap(({ Action, Resource }) => (asList(Action).includes('s3:DeleteObject') ? [Resource] : []));
  };
  expect(erasable({ dev: {}, prod: { bucketName: 'acme' } })).toEqual([]);
  expect(erasable({ dev: { eraser: ERASER }, prod: { bucketName: 'acme' } })).toEqual([
    'arn:aws:s3:::tavusrecordings-*/*',
  ]);
  expect(erasable({ dev: {}, prod: { bucketName: 'acme', eraser: ERASER } })).toEqual([
    ['arn:aws:s3:::acme/*', 'arn:aws:s3:::tavusrecordings-*/*'],
  ]);
});

/** Restated from GitHub's announcement of 23 April 2026 and the README of configure-aws-credentials v6.2.3. */
it('trusts exactly this GitHub token', () => {
  const { Resources: resources } = synthCiIdentity('least');
  const trust = resources[PINNED_TRUST.deployRole]?.Properties['AssumeRolePolicyDocument'];
  expect(parsePolicy(resolve(trust ?? null, resources)).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: {
        Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
      },
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:environment': 'production',
          'token.actions.githubusercontent.com:repository_id': '789012',
          'token.actions.githubusercontent.com:sub': [
            'repo:acme/recordings:environment:production',
            'repo:acme@123456/recordings@789012:environment:production',
          ],
        },
      },
    },
  ]);
});
