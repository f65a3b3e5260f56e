import {
  CreatePolicyCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { BUCKET, recordingsStack } from './recordings-template';
import { OWNER, REGION, Stacks, startTestEmulator, type TestEmulator } from './support';

const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
let aws: TestEmulator;
let keyArn: string;

beforeAll(async () => {
  aws = await startTestEmulator();
  await new Stacks(aws.emulator).create(
    'recordings',
    recordingsStack(['kms:GenerateDataKey', 'kms:Decrypt']),
  );
  const s3 = new S3Client(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)));
  const found = await s3.send(new GetBucketEncryptionCommand({ Bucket: BUCKET }));
  const rule = found.ServerSideEncryptionConfiguration?.Rules?.[0];
  keyArn = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? '';
});
afterAll(() => aws.stop());

/** Decision of IAM's simulation for each resource. */
async function simulate(
  action: string,
  resources: readonly string[],
  context: Readonly<Record<string, string>> = {},
): Promise<(string | undefined)[]> {
  const iam = new IAMClient(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)));
  const { EvaluationResults: results = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${OWNER}:role/tavus`,
      ActionNames: [action],
      ResourceArns: [...resources],
      ContextEntries: Object.entries(context).map(([key, value]) => ({
        ContextKeyName: key,
        ContextKeyType: 'string',
        ContextKeyValues: [value],
      })),
    }),
  );
  return results.map(({ EvalDecision: decision }) => decision);
}

test("the simulation of a role's policies checks every resource", async () => {
  expect(
    await simulate('s3:PutObject', [`${BUCKET_ARN}/tavus/c/1`, 'arn:aws:s3:::another/tavus/c/1']),
  ).toEqual(['allowed', 'implicitDeny']);
});

test.each([
  ['through S3 of its region', { 'kms:ViaService': `s3.${REGION}.amazonaws.com` }, 'allowed'],
  ['through S3 of another region', { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }, 'implicitDeny'],
  ['without a service', {}, 'implicitDeny'],
])('the simulation uses the context: the key %s', async (_, context, expected) => {
  expect(await simulate('kms:Decrypt', [keyArn], context)).toEqual([expected]);
});

describe('a permissions boundary', () => {
  const RoleName = 'tavus';
  const bound = async (statement: object): Promise<void> => {
    const iam = new IAMClient(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)));
    const { Policy: policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: `boundary-${Date.now()}`,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
      }),
    );
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: policy?.Arn }));
  };
  const put = (): Promise<(string | undefined)[]> => simulate('s3:PutObject', [`${BUCKET_ARN}/tavus/c/1`]);

  test('limits what the policies of the role allow', async () => {
    await bound({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' });
    expect(await put()).toEqual(['implicitDeny']);
    await bound({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    expect(await put()).toEqual(['allowed']);
  });
});
