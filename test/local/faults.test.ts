import { synthVariant } from '../infra-aws/helpers';
import { at, listed } from '../../local/json';
import { FAULTS, faultNamed, type Fault, type FaultName } from '../../local/faults';
import { withProperties, type Resource, type Template } from '../../local/template';

const templates: Readonly<Record<'s3' | 'kms', Template>> = {
  s3: synthVariant('s3'),
  kms: synthVariant('kms'),
};

/** The role after a mistake in the stack. */
function brokenRole(name: FaultName): Resource {
  const change = faultNamed(name).inTemplate;
  if (change === undefined) throw new Error(`${name} is no mistake in the stack`);
  const broken = change(templates[name === 'no-kms-grant' ? 'kms' : 's3']);
  const role = Object.values(broken.Resources).find(({ Type }) => Type === 'AWS::IAM::Role');
  if (role === undefined) throw new Error('no role');
  return role;
}

const trust = (role: Resource): unknown =>
  listed(at(role.Properties.AssumeRolePolicyDocument, 'Statement'))[0];

const actions = (role: Resource): string[] =>
  listed(role.Properties.Policies)
    .flatMap((policy) => listed(at(at(policy, 'PolicyDocument'), 'Statement')))
    .flatMap((statement) => listed(at(statement, 'Action')).map(String));

describe('mistakes in a copy of the template', () => {
  test('no-external-id takes the condition away', () => {
    expect(trust(brokenRole('no-external-id'))).toEqual({
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::291871421005:root' },
    });
  });

  test("one-hour leaves the session at AWS's default", () => {
    expect(brokenRole('one-hour').Properties).not.toHaveProperty('MaxSessionDuration');
  });

  test('wrong-account trusts somebody else and still asks for the ExternalId', () => {
    expect(trust(brokenRole('wrong-account'))).toMatchObject({
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } },
    });
  });

  test('no-kms-grant takes both rights on the key and nothing else', () => {
    const found = actions(brokenRole('no-kms-grant'));
    expect(found).toHaveLength(8);
    expect(found.filter((action) => action.startsWith('kms:'))).toEqual([]);
  });

  test('no-multipart-permission leaves what a plain upload needs', () => {
    expect(actions(brokenRole('no-multipart-permission')).toSorted()).toEqual([
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucketVersions',
      's3:PutObject',
    ]);
  });

  test('each changes the role and nothing else', () => {
    const onlyRole = (template: Template): unknown => withProperties(template, 'AWS::IAM::Role', () => ({}));
    const all: readonly Fault[] = Object.values(FAULTS);
    for (const { inTemplate: change } of all) {
      if (change === undefined) continue;
      expect(change(templates.kms)).not.toEqual(templates.kms);
      expect(onlyRole(change(templates.kms))).toEqual(onlyRole(templates.kms));
    }
  });
});

test('wrong-region changes nothing but the region that is sent', () => {
  const values = { bucketName: 'b', bucketRegion: 'us-east-1', roleArn: 'r' };
  expect(faultNamed('wrong-region').inRequest?.(values)).toEqual({ ...values, bucketRegion: 'eu-west-1' });
});

test('policies that are attached instead of inline lose the same actions', () => {
  const attached: Template = {
    Resources: {
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: {
            Statement: [{ Action: 'kms:Decrypt' }, { Action: ['kms:Encrypt', 's3:GetObject'] }],
          },
        },
      },
    },
  };
  const broken = faultNamed('no-kms-grant').inTemplate?.(attached).Resources['Policy'];
  expect(broken?.Properties).toEqual({ PolicyDocument: { Statement: [{ Action: ['s3:GetObject'] }] } });
});
