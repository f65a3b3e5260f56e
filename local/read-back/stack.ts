import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import { isObject, type Json } from '../json';
import { resourcesOfType, type Resource, type Template } from '../template';
import { compared, type Line } from '../verdict';
import { compareBucket } from './bucket';
import { comparisonLine } from './comparison';
import { compareKey } from './key';
import { resolve, resolveObject, type Deployed } from './resolve';
import { compareRole } from './role';

/**
 * Reads everything that a deployment made back through the AWS API, and holds it against the template.
 *
 * @param template what should have been deployed
 */
export async function readBackStack(emulator: Emulator, stack: string, template: Template): Promise<Line[]> {
  const options = clientOptions(emulator, rootOf(emulator.account));
  const cloudFormation = new CloudFormationClient(options);
  const [{ Stacks: [description] = [] }, { StackResources: resources = [] }] = await Promise.all([
    cloudFormation.send(new DescribeStacksCommand({ StackName: stack })),
    cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack })),
  ]);
  const physicalIds = Object.fromEntries(
    resources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
      LogicalResourceId,
      PhysicalResourceId,
    ]),
  );
  const deployed: Deployed = {
    account: emulator.account,
    region: emulator.region,
    stack,
    physicalIds,
    arns: Object.fromEntries(
      Object.entries(template.Resources).map(([id, resource]) => [
        id,
        arnOf(resource.Type, physicalIds[id] ?? '', emulator),
      ]),
    ),
  };
  const comparisons = [
    ...(await Promise.all(
      buckets(template).map(async ({ logicalId, resource, id, label }) =>
        compareBucket(new S3Client(options), {
          id,
          label,
          name: physicalIds[logicalId] ?? '',
          properties: resolveObject(resource.Properties, deployed),
          policy: resolve(policyOf(template, logicalId), deployed),
        }),
      ),
    )),
    ...(await Promise.all(
      resourcesOfType(template, 'AWS::KMS::Key').map(async ([logicalId, key]) =>
        compareKey(new KMSClient(options), {
          id: physicalIds[logicalId] ?? '',
          properties: resolveObject(key.Properties, deployed),
        }),
      ),
    )),
    ...(await Promise.all(
      resourcesOfType(template, 'AWS::IAM::Role').map(async ([logicalId, role]) =>
        compareRole(new IAMClient(options), {
          name: physicalIds[logicalId] ?? '',
          properties: resolveObject(role.Properties, deployed),
        }),
      ),
    )),
  ].flat();
  return [
    compared({
      id: 'stack-status',
      checked: 'CloudFormation stack',
      expected: 'CREATE_COMPLETE',
      found: description?.StackStatus ?? 'no stack',
      enforcedBy: 'emulator',
    }),
    compared({
      id: 'stack-resources',
      checked: 'resources that exist',
      expected: Object.keys(template.Resources).toSorted().join(', '),
      found: Object.keys(physicalIds).toSorted().join(', '),
      enforcedBy: 'emulator',
    }),
    ...comparisons.map(comparisonLine),
  ];
}

/** The recordings bucket, which logs its accesses, and the bucket that gets these logs. */
function buckets(template: Template): { logicalId: string; resource: Resource; id: string; label: string }[] {
  return resourcesOfType(template, 'AWS::S3::Bucket').map(([logicalId, resource]) =>
    isObject(resource.Properties.LoggingConfiguration)
      ? { logicalId, resource, id: 'bucket', label: 'recordings bucket' }
      : { logicalId, resource, id: 'log-bucket', label: 'log bucket' },
  );
}

function policyOf(template: Template, bucket: string): Json {
  const policies = resourcesOfType(template, 'AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties);
  const own = policies.find(({ Bucket }) => isObject(Bucket) && Bucket.Ref === bucket);
  return own?.PolicyDocument ?? null;
}

/** ARN of the few types whose ARN this stack's template refers to. */
function arnOf(type: string, physicalId: string, { account, region }: Emulator): string {
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${physicalId}`;
  if (type === 'AWS::KMS::Key') return `arn:aws:kms:${region}:${account}:key/${physicalId}`;
  return `arn:aws:iam::${account}:role/${physicalId}`;
}
