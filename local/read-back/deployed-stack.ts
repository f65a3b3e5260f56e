import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { clientOptions, rootOf } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import type { Deployed } from './resolve';

/** A stack as CloudFormation describes it. */
export interface DeployedStack extends Deployed {
  readonly status: string;
  readonly terminationProtection: boolean;
  /** Resource type by logical id. */
  readonly types: Readonly<Record<string, string>>;
}

/** Asks CloudFormation what became of a stack. */
export async function describeStack(emulator: Emulator, stack: string): Promise<DeployedStack> {
  const cloudFormation = new CloudFormationClient(
    clientOptions(emulator, rootOf(emulator, emulator.account)),
  );
  const [{ Stacks: [description] = [] }, { StackResources: resources = [] }] = await Promise.all([
    cloudFormation.send(new DescribeStacksCommand({ StackName: stack })),
    cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack })),
  ]);
  const known = resources.map(({ LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' }) => ({
    logicalId: LogicalResourceId,
    physicalId: PhysicalResourceId,
    type: ResourceType,
  }));
  return {
    account: emulator.account,
    region: emulator.region,
    stack,
    status: description?.StackStatus ?? 'no stack',
    terminationProtection: description?.EnableTerminationProtection ?? false,
    physicalIds: Object.fromEntries(known.map(({ logicalId, physicalId }) => [logicalId, physicalId])),
    types: Object.fromEntries(known.map(({ logicalId, type }) => [logicalId, type])),
    arns: Object.fromEntries(
      known.map(({ logicalId, physicalId, type }) => [logicalId, arnOf(type, physicalId, emulator)]),
    ),
  };
}

/** Names of the stack's buckets. */
export const bucketNames = ({ types, physicalIds }: DeployedStack): string[] =>
  Object.keys(types)
    .filter((logicalId) => types[logicalId] === 'AWS::S3::Bucket')
    .map((logicalId) => physicalIds[logicalId] ?? '');

/** ARN of the few types whose ARN this stack's template refers to. */
function arnOf(type: string, physicalId: string, { account, region }: Emulator): string {
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${physicalId}`;
  if (type === 'AWS::KMS::Key') return `arn:aws:kms:${region}:${account}:key/${physicalId}`;
  return `arn:aws:iam::${account}:role/${physicalId}`;
}
