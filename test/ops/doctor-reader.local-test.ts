import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { outputId } from '../../contract/names';
import { BACKEND, PINNED, synth } from '../infra-aws/helpers';
import { synthIdentity } from '../infra-aws/identity/helpers';
import { OWNER, REGION, Stacks, startTestEmulator } from '../local/aws/support';
import { reportOf, withTavus, type DeployedLaptop, type DoctorReport } from './laptop';

/** The doctor with the deployed stacks in the emulated AWS: provider and reader role. */

const SETTINGS = { backend: BACKEND, holds: true, encryption: 'kms' };
const PROVIDER = `arn:aws:iam::${OWNER}:oidc-provider/sts.windows.net/${BACKEND.tenantId}/`;

let laptop: DeployedLaptop;
let iam: IAMClient;
let handOver: string;
let readerName: string;
beforeAll(async () => {
  const running = await startTestEmulator();
  const stacks = new Stacks(running.emulator);
  await stacks.create('TavusRecordingsIdentity', synthIdentity().Resources);
  await stacks.create('reading', synth(SETTINGS).Resources);
  const { StackResources = [] } = await stacks.client.send(
    new DescribeStackResourcesCommand({ StackName: 'reading' }),
  );
  const physical = (id: string): string =>
    StackResources.find(({ LogicalResourceId: found }) => found === id)?.PhysicalResourceId ?? '';
  const arn = (id: string): string => `arn:aws:iam::${OWNER}:role/${physical(id)}`;
  const request = {
    bucketName: physical(PINNED.bucket),
    bucketRegion: REGION,
    roleArn: arn(PINNED.role),
  };
  laptop = await withTavus(running, request);
  readerName = physical(PINNED.readerRole);
  iam = new IAMClient(laptop.clientOptions);
  const outputs = {
    Environment: 'dev',
    Account: OWNER,
    Region: REGION,
    ContractVersion: '1',
    [outputId('TAVUS_RECORDING_S3_BUCKET_NAME')]: request.bucketName,
    [outputId('TAVUS_RECORDING_S3_BUCKET_REGION')]: REGION,
    [outputId('TAVUS_AWS_ASSUME_ROLE_ARN')]: request.roleArn,
    [outputId('RECORDINGS_READER_ROLE_ARN')]: arn(PINNED.readerRole),
    [outputId('RECORDINGS_HOLDS_BUCKET_NAME')]: physical(PINNED.holdsBucket),
  };
  handOver = path.join(running.directory, 'cdk-outputs.json');
  writeFileSync(handOver, JSON.stringify({ 'TavusRecordings-dev': outputs }));
  writeFileSync(
    path.join(running.directory, 'cdk.json'),
    JSON.stringify({ context: { environments: { dev: SETTINGS } } }),
  );
});
afterAll(async () => {
  iam.destroy();
  await laptop.stop();
});

async function reading(): Promise<DoctorReport['checks']> {
  const env = {
    ...laptop.env,
    RECORDINGS_ACCESS: 'web-identity',
    AWS_WEB_IDENTITY_AUDIENCE: BACKEND.audience,
  };
  const { checks } = await reportOf(env, '--environment', 'dev', '--hand-over', handOver);
  return checks.filter(({ topic }) => topic === 'reader');
}
const failing = async (): Promise<string[]> =>
  (await reading()).filter(({ status }) => status !== 'ok').map(({ id, found }) => `${id}: ${found}`);

test('the deployed stacks pass', async () => {
  const checks = await reading();
  expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(checks.map(({ id }) => id)).toEqual([
    'reader-role',
    'reader-audience',
    'reader-provider',
    'reader-trust',
    'reader-session',
    'reader-actions',
    'reader-denials',
    'reader-excess',
    'holds-bucket',
  ]);
});

test('a changed trust policy is reported with its cause', async () => {
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: readerName }));
  const right = decodeURIComponent(role?.AssumeRolePolicyDocument ?? '');
  const changed = async (from: string, to: string): Promise<string[]> => {
    const PolicyDocument = right.replaceAll(from, to);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: readerName, PolicyDocument }));
    return failing();
  };
  const other = BACKEND.principalId.replace('6', '0');
  expect(await changed(BACKEND.principalId, other)).toEqual([
    `reader-trust: has the wrong subject ${other}; lacks the subject ${BACKEND.principalId}`,
  ]);
  const v2 = `login.microsoftonline.com/${BACKEND.tenantId}/v2.0`;
  expect(await changed(`sts.windows.net/${BACKEND.tenantId}/`, v2)).toEqual([
    expect.stringContaining('trusts tokens of version 2'),
  ]);
  expect(await changed('', '')).toEqual([]);
});

test('a deleted provider is reported, too', async () => {
  await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: PROVIDER }));
  expect(await failing()).toEqual(['reader-provider: none']);
});
