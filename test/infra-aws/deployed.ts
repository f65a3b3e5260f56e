import { type DeployedRole, deployedRole, simulated } from './deployed-role';
import { BACKEND, EXISTING_BUCKET, EXISTING_KEY, PINNED, VARIANTS, type Variant } from './helpers';
import {
  bucketArn,
  type CfnTemplate,
  type TemplateValue,
  madeUpBucket,
  parsePolicy,
  physical,
  type PolicyDocument,
  resolve,
  TARGET,
} from './template';

/** ARNs and policy documents of a deployed template, with CloudFormation's functions resolved. */
export interface DeployedPolicies {
  readonly roleArn: string;
  readonly trust: PolicyDocument;
  /** Inline policies of the role. */
  readonly rolePolicies: readonly PolicyDocument[];
  readonly bucketArn: string;
  /** Undefined for an existing bucket, whose policy is not ours. */
  readonly bucketPolicy: PolicyDocument | undefined;
  readonly logBucketArn: string;
  readonly logBucketPolicy: PolicyDocument | undefined;
  /** Also if the stack has none, to show that then nothing is granted. */
  readonly holdsBucketArn: string;
  readonly holdsBucketPolicy: PolicyDocument | undefined;
  /** Undefined if the environment has no backend. */
  readonly reader: DeployedRole | undefined;
  /** Undefined if the environment has no eraser. */
  readonly eraser: DeployedRole | undefined;
  /** Customer key of the bucket; also if the stack has none, to show that then nothing is granted. */
  readonly keyArn: string;
  readonly keyPolicy: PolicyDocument;
  /** Whether new recordings are encrypted with the key, so that an upload needs it. */
  readonly encryptsWithKey: boolean;
}

/** Issuer of the backend tenant's tokens, restated from Entra's v1 tokens: with a trailing slash. */
export const ISSUER = `sts.windows.net/${BACKEND.tenantId}/`;

/** Default policy of a customer key: IAM of its account decides. */
export const USUAL_KEY_POLICY: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${TARGET.account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

/** Reads the resources that a deployment of the template, or of a mutant, would create. */
export function deploy(variant: Variant, template: CfnTemplate): DeployedPolicies {
  const { Resources: resources } = template;
  const property = (id: string, name: string): TemplateValue =>
    resolve(resources[id]?.Properties[name] ?? null, resources);
  const policy = (id: string): PolicyDocument | undefined => {
    const document = property(id, 'PolicyDocument');
    return document === null ? undefined : parsePolicy(document);
  };
  const role = (id: string): DeployedRole | undefined =>
    id in resources ? deployedRole(resources, id) : undefined;
  const tavusRole = deployedRole(resources, PINNED.role);
  const reader = role(PINNED.readerRole);
  const settings = VARIANTS[variant];
  const keyPolicy = property(PINNED.key, 'KeyPolicy');
  return {
    roleArn: tavusRole.arn,
    trust: tavusRole.trust,
    rolePolicies: tavusRole.policies,
    bucketArn:
      'existingBucketName' in settings ? bucketArn(EXISTING_BUCKET) : physical(resources, PINNED.bucket).arn,
    bucketPolicy: policy(PINNED.bucketPolicy),
    logBucketArn: bucketArn(madeUpBucket(PINNED.logBucket)),
    logBucketPolicy: policy(PINNED.logBucketPolicy),
    holdsBucketArn: bucketArn(madeUpBucket(PINNED.holdsBucket)),
    holdsBucketPolicy: policy(PINNED.holdsBucketPolicy),
    reader: reader && simulated(reader, ISSUER),
    eraser: role(PINNED.eraserRole),
    keyArn:
      'existingKmsKeyArn' in settings
        ? EXISTING_KEY
        : `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/${PINNED.key}`,
    keyPolicy: keyPolicy === null ? USUAL_KEY_POLICY : parsePolicy(keyPolicy),
    encryptsWithKey:
      'existingKmsKeyArn' in settings ||
      JSON.stringify(property(PINNED.bucket, 'BucketEncryption')).includes('"aws:kms"'),
  };
}
