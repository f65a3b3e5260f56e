import * as z from 'zod';
import {
  bucketArn,
  type CfnTemplate,
  type TemplateValue,
  physical,
  policyArn,
  resolve,
  TARGET,
} from '../../template';

/** One call that CloudFormation makes for a resource. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

interface TypeNeeds {
  /** To create, read, tag and remove it, if our stacks do. */
  readonly always: readonly string[];
  /** For each property that our stacks may set; empty if it is part of the creation. */
  readonly properties: Readonly<Record<string, readonly string[]>>;
}

/**
 * Restated from the handlers in AWS's resource schemas (read 2026-11-25): create, read and update for all, delete for resources that a
 * stack does not retain. Without calls for properties that we do not set.
 */
const NEEDS: Readonly<Record<string, TypeNeeds>> = {
  'AWS::S3::Bucket': {
    always: [
      's3:CreateBucket',
      's3:PutBucketTagging',
      's3:GetAccelerateConfiguration',
      's3:GetAnalyticsConfiguration',
      's3:GetBucketAcl',
      's3:GetBucketCORS',
      's3:GetBucketLocation',
      's3:GetBucketLogging',
      's3:GetBucketMetadataTableConfiguration',
      's3:GetBucketNotification',
      's3:GetBucketObjectLockConfiguration',
      's3:GetBucketOwnershipControls',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketTagging',
      's3:GetBucketVersioning',
      's3:GetBucketWebsite',
      's3:GetEncryptionConfiguration',
      's3:GetIntelligentTieringConfiguration',
      's3:GetInventoryConfiguration',
      's3:GetLifecycleConfiguration',
      's3:GetMetricsConfiguration',
      's3:GetReplicationConfiguration',
      's3:ListBucket',
    ],
    properties: {
      BucketEncryption: ['s3:PutEncryptionConfiguration'],
      BucketName: [],
      LifecycleConfiguration: ['s3:PutLifecycleConfiguration'],
      LoggingConfiguration: ['s3:PutBucketLogging'],
      OwnershipControls: ['s3:PutBucketOwnershipControls'],
      PublicAccessBlockConfiguration: ['s3:PutBucketPublicAccessBlock'],
      VersioningConfiguration: ['s3:PutBucketVersioning'],
    },
  },
  'AWS::S3::BucketPolicy': {
    always: ['s3:GetBucketPolicy'],
    properties: { Bucket: [], PolicyDocument: ['s3:PutBucketPolicy'] },
  },
  'AWS::IAM::Role': {
    always: [
      'iam:CreateRole',
      'iam:DeleteRole',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'iam:TagRole',
      'iam:UntagRole',
    ],
    properties: {
      AssumeRolePolicyDocument: ['iam:UpdateAssumeRolePolicy'],
      MaxSessionDuration: ['iam:UpdateRole'],
      PermissionsBoundary: ['iam:PutRolePermissionsBoundary'],
      Policies: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
    },
  },
  'AWS::KMS::Key': {
    always: [
      'kms:CreateKey',
      'kms:DescribeKey',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListResourceTags',
      'kms:TagResource',
    ],
    // The policy of a new key is part of its creation (CreateHandler of aws-cloudformation-resource-providers-kms), and ours
    // never changes.
    properties: { EnableKeyRotation: ['kms:EnableKeyRotation'], KeyPolicy: [] },
  },
};

const text = (value: TemplateValue): string => z.string().parse(value);

/** For these IAM checks the role's boundary: the new or the existing one. */
const SEES_BOUNDARY = /^iam:(?:Create|Delete|Put|Update)/;

/**
 * Every call that CloudFormation makes for a stack with this template, also for later changes.
 * @throws for a type or property whose calls are unknown here, because the policy might not allow them
 */
export function needsOf({ Resources: resources }: CfnTemplate): Need[] {
  const version = `arn:aws:ssm:${TARGET.region}:${TARGET.account}:parameter/cdk-bootstrap/tavusrec/version`;
  return [
    { action: 'ssm:GetParameters', resource: version, context: {} },
    ...Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
      const needs = NEEDS[Type];
      if (needs === undefined) throw new Error(`${id}: the calls of ${Type} are unknown`);
      const boundary = Properties['PermissionsBoundary'];
      const context =
        boundary === undefined ? {} : { 'iam:PermissionsBoundary': text(resolve(boundary, resources)) };
      const actions = Object.keys(Properties).flatMap((property) => {
        const found = needs.properties[property];
        if (found === undefined) throw new Error(`${id}: the calls of ${Type}.${property} are unknown`);
        return found;
      });
      return [...needs.always, ...actions].map((action) => ({
        action,
        resource: resourceOf(resources, id, action),
        context: SEES_BOUNDARY.test(action) ? context : {},
      }));
    }),
  ];
}

function resourceOf(resources: CfnTemplate['Resources'], id: string, action: string): string {
  const { Type, Properties } = resources[id] ?? { Type: '', Properties: {} };
  // A new key has no ARN.
  if (action === 'kms:CreateKey') return '*';
  if (Type === 'AWS::S3::BucketPolicy') {
    return bucketArn(text(resolve(Properties['Bucket'] ?? null, resources)));
  }
  const name = Properties['BucketName'];
  return typeof name === 'string' ? bucketArn(name) : physical(resources, id).arn;
}

/** Value of the setting `permissionsBoundary` in these tests. */
export const ROLE_BOUNDARY = 'tavus-recordings-tavusrec-role-boundary';
export const ROLE_BOUNDARY_ARN = policyArn(ROLE_BOUNDARY);
