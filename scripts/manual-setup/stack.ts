import { App } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json';
import { stackName } from '../../contract/hand-over';
import { problem, ProblemsError } from '../../contract/problem';
import { addRecordingsStacks } from '../../infra-aws/recordings-app';
import type { Json, JsonObject } from '../../local/json';
import type { Encryption } from '../../local/options';
import { resolve, resolveObject, type Placeholders } from './resolve';
import { resourcesOfType, TEMPLATE, type Template } from '../../local/template';

/** Bucket and role of a stack, with placeholders for names and ids. */
interface BucketAndRole {
  readonly bucket: JsonObject;
  readonly bucketPolicy: Json;
  readonly role: JsonObject;
}

const synthesized = new Map<Encryption, Template>();

/** The stack's template with default settings and this encryption; synthesized once. */
export function synthesize(encryption: Encryption): Template {
  const template = synthesized.get(encryption) ?? synth(encryption);
  synthesized.set(encryption, template);
  return template;
}

function synth(encryption: Encryption): Template {
  const environment = 'guide';
  const app = new App({
    context: { ...cdkJson.context, environments: { [environment]: { encryption } } },
    // Validation takes seconds, and `npm run synth` does it.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  addRecordingsStacks(app, { account: undefined, region: undefined });
  return TEMPLATE.parse(app.synth().getStackByName(stackName(environment)).template);
}

/** The only item of a list. @throws ProblemsError for none or several, because the guide would be incomplete */
export function only<T>(name: string, found: readonly T[]): T {
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  throw new ProblemsError([
    problem({
      name,
      wrong: 'does not exist exactly once in the stack',
      got: String(found.length),
      why: 'The guide would be incomplete.',
      fix: 'Adapt scripts/manual-setup.',
    }),
  ]);
}

/** The resource of a type whose logical id begins with `id`. */
function named(template: Template, type: string, id: string): readonly [string, JsonObject] {
  const found = resourcesOfType(template, type).filter(([logicalId]) => logicalId.startsWith(id));
  const [logicalId, { Properties }] = only(`${type} ${id}`, found);
  return [logicalId, Properties];
}

/** Bucket and role of the template, with the placeholders `<bucket>`, `<account>`, `<region>` and `<key>`. */
export function bucketAndRole(template: Template): BucketAndRole {
  const [bucketId, bucket] = named(template, 'AWS::S3::Bucket', 'RecordingsBucket');
  const [, policy] = named(template, 'AWS::S3::BucketPolicy', 'RecordingsBucketPolicy');
  const [, role] = named(template, 'AWS::IAM::Role', 'TavusRole');
  const [logs] = named(template, 'AWS::S3::Bucket', 'AccessLogBucket');
  const keys = resourcesOfType(template, 'AWS::KMS::Key').map(([id]) => id);
  const placeholders: Placeholders = {
    refs: {
      [bucketId]: '<bucket>',
      [logs]: '<log bucket>',
      'AWS::AccountId': '<account>',
      'AWS::Region': '<region>',
      'AWS::Partition': 'aws',
    },
    arns: {
      [bucketId]: 'arn:aws:s3:::<bucket>',
      ...Object.fromEntries(keys.map((id) => [id, 'arn:aws:kms:<region>:<account>:key/<key>'])),
    },
  };
  return {
    bucket: resolveObject(bucket, placeholders),
    bucketPolicy: resolve(policy['PolicyDocument'] ?? null, placeholders),
    role: resolveObject(role, placeholders),
  };
}
