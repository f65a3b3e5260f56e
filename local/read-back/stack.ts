import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import { isObject, type Json } from '../json';
import { resourcesOfType, type Resource, type Template } from '../template';
import { compared, type Line } from '../verdict';
import { compareBucket } from './bucket';
import { comparisonLine, type Comparison } from './comparison';
import type { DeployedStack } from './deployed-stack';
import { compareKey } from './key';
import { resolve, resolveObject } from './resolve';
import { compareRole } from './role';

/**
 * Reads everything that a deployment made back through the AWS API, and holds it against the template.
 *
 * @param template what should have been deployed
 */
export async function readBackStack(
  emulator: Emulator,
  stack: DeployedStack,
  template: Template,
): Promise<Line[]> {
  const options = clientOptions(emulator, rootOf(emulator, emulator.account));
  const s3 = new S3Client(options);
  const kms = new KMSClient(options);
  const iam = new IAMClient(options);

  const compareResource = async ([logicalId, resource]: readonly [string, Resource]): Promise<
    Comparison[]
  > => {
    const id = stack.physicalIds[logicalId];
    // The line about the resources that exist names it.
    if (id === undefined) return [];
    const properties = resolveObject(resource.Properties, stack);
    if (resource.Type === 'AWS::KMS::Key') return compareKey(kms, { id, properties });
    if (resource.Type === 'AWS::IAM::Role') return compareRole(iam, { name: id, properties });
    const policy = resolve(policyOf(template, logicalId), stack);
    return compareBucket(s3, { ...titleOf(resource), name: id, properties, policy });
  };
  const comparisons = await Promise.all(
    ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::IAM::Role'].flatMap((type) =>
      resourcesOfType(template, type).map(compareResource),
    ),
  );
  return [...stackLines(stack, template), ...comparisons.flat().map(comparisonLine)];
}

function stackLines(stack: DeployedStack, template: Template): Line[] {
  return [
    compared({
      id: 'stack-status',
      checked: 'CloudFormation stack',
      expected: 'CREATE_COMPLETE',
      found: stack.status,
      enforcedBy: 'emulator',
    }),
    compared({
      id: 'stack-protection',
      checked: 'stack: termination protection',
      expected: 'on',
      found: stack.terminationProtection ? 'on' : 'off',
      enforcedBy: 'emulator',
    }),
    compared({
      id: 'stack-resources',
      checked: 'resources that exist',
      expected: names(template.Resources),
      found: names(stack.physicalIds),
      enforcedBy: 'emulator',
    }),
  ];
}

/** Logical ids as they stand in the code: the CDK adds eight hexadecimal digits. */
const names = (byLogicalId: Readonly<Record<string, unknown>>): string =>
  Object.keys(byLogicalId)
    .map((logicalId) => logicalId.replace(/[0-9A-F]{8}$/, ''))
    .toSorted()
    .join(', ');

/** The recordings bucket logs its accesses; the other one gets these logs. */
const titleOf = (bucket: Resource): { id: string; label: string } =>
  isObject(bucket.Properties.LoggingConfiguration)
    ? { id: 'bucket', label: 'recordings bucket' }
    : { id: 'log-bucket', label: 'log bucket' };

function policyOf(template: Template, bucket: string): Json {
  const policies = resourcesOfType(template, 'AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties);
  const own = policies.find(({ Bucket }) => isObject(Bucket) && Bucket.Ref === bucket);
  return own?.PolicyDocument ?? null;
}
