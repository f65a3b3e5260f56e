import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { compareStacks, type Stack } from '../../../scripts/summary/stack';
import { PRECIOUS, warnings } from '../../../scripts/summary/warnings';

type Resource = Stack['template']['Resources'][string];

const stack = (resource: Resource | undefined, terminationProtection = true): Stack => ({
  template: { Resources: resource === undefined ? {} : { It: resource } },
  terminationProtection,
});

const found = (before: Stack, after: Stack): readonly string[] =>
  warnings(before, after, compareStacks(before, after));

const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const bucket = (properties: object, rest: object = KEPT): Resource => ({
  Type: 'AWS::S3::Bucket',
  Properties: properties,
  ...rest,
});
const role = (properties: object): Resource => ({ Type: 'AWS::IAM::Role', Properties: properties });
const key = (rest: object): Resource => ({ Type: 'AWS::KMS::Key', ...rest });

const EMPTY = 'New recordings would go into an empty bucket, the old ones stay behind.';

test.each([
  [
    'a bucket of another name',
    bucket({ BucketName: 'old' }),
    bucket({ BucketName: 'new' }),
    `The bucket \`It\` is replaced, by another \`BucketName\`. ${EMPTY}`,
  ],
  [
    'a bucket that gets a name which is computed',
    bucket({}),
    bucket({ BucketName: { 'Fn::Join': ['', ['a']] }, ObjectLockEnabled: true }),
    `The bucket \`It\` is replaced, by another \`BucketName\`, \`ObjectLockEnabled\`. ${EMPTY}`,
  ],
  [
    'a role of another path',
    role({ Path: '/a/' }),
    role({ Path: '/b/' }),
    "The role `It` is replaced, by another `Path`. The new role's ARN is another: until it is handed over again, nobody can use it.",
  ],
  [
    'a kept bucket that leaves',
    bucket({}),
    undefined,
    `The bucket \`It\` leaves the stack. It stays in the account, and nothing here looks after it any more. ${EMPTY}`,
  ],
  [
    'a key that is deleted',
    key({}),
    undefined,
    'The key `It` leaves the stack. CloudFormation deletes it. What the old key encrypted can be read only while that is kept.',
  ],
  [
    'a bucket that becomes something else',
    bucket({}, {}),
    role({}),
    `The bucket \`It\` leaves the stack. CloudFormation deletes it. ${EMPTY}`,
  ],
  [
    'a key that is no longer kept',
    key(KEPT),
    key({ UpdateReplacePolicy: 'Delete' }),
    'The key `It` is no longer kept when it goes: `DeletionPolicy`, `UpdateReplacePolicy`.',
  ],
])('says of %s what that means', (_, before, after, text) => {
  expect(found(stack(before), stack(after))).toEqual([text]);
});

test('says when the stack may be deleted', () => {
  expect(found(stack(undefined), stack(undefined, false))).toEqual([
    'The stack may be deleted: its termination protection is switched off.',
  ]);
});

test.each([
  ['other properties', bucket({ BucketEncryption: 1 }), bucket({ BucketNames: 2 })],
  ['more protection', bucket({}, {}), bucket({}, KEPT)],
  ['new ones', undefined, role({ RoleName: 'x' })],
  ['what can be made again', { Type: 'AWS::S3::BucketPolicy' }, undefined],
])('says nothing of %s', (_, before, after) => {
  expect(found(stack(before, false), stack(after))).toEqual([]);
});

/** Resource types as the CDK CLI knows them. Not its public interface: this test notices when it moves. */
const DATABASE = z.object({
  schema: z.object({
    resource: z.object({
      entities: z.array(
        z.looseObject({
          cloudFormationType: z.string(),
          properties: z.record(z.string(), z.looseObject({ causesReplacement: z.string().optional() })),
        }),
      ),
    }),
  }),
});

test('replaced is what CloudFormation replaces, by what the installed CLI knows', () => {
  const file = path.join(path.dirname(require.resolve('aws-cdk/package.json')), 'db.json.gz');
  const database = DATABASE.parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
  const known = database.schema.resource.entities;
  for (const [type, { createOnly }] of Object.entries(PRECIOUS)) {
    const properties = known.find(({ cloudFormationType }) => cloudFormationType === type)?.properties ?? {};
    const replacing = Object.entries(properties).filter(
      ([, { causesReplacement = 'no' }]) => causesReplacement !== 'no',
    );
    expect(Object.keys(properties)).not.toEqual([]);
    expect([type, ...createOnly.toSorted()]).toEqual([type, ...replacing.map(([name]) => name).toSorted()]);
  }
});
