import type { ChangedPath } from '../../../scripts/summary/changed-paths';
import { changedVariables, otherPaths } from '../../../scripts/summary/environment-variables';
import { markdown, type Findings } from '../../../scripts/summary/markdown';
import type { Stack } from '../../../scripts/summary/stack';

const stack = (resources: Stack['template']['Resources'], rest: object = {}): Stack => ({
  template: { Resources: resources, ...rest },
  terminationProtection: true,
});

const BUCKET = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'planted-before' } };
const app = (env: readonly object[], maxReplicas = 1) => ({
  type: 'azure-native:app:ContainerApp',
  name: 'backend',
  declaration: { template: { containers: [{ name: 'backend', env }], scale: { maxReplicas } } },
});
const group = { type: 'azure-native:resources:ResourceGroup', name: 'group', declaration: {} };

const recordings = new Map([['TavusRecordings-dev', stack({ Bucket: BUCKET })]]);
const azure = new Map([['dev', [group, app([{ name: 'A', value: 'planted-before' }, { name: 'B' }])]]]);

const SAME: Findings = {
  base: '0123456789abcdef0123456789abcdef01234567',
  recordings: { before: recordings, after: recordings },
  trust: { before: new Map(), after: new Map() },
  azure: { before: azure, after: azure },
};

test('says in one line what it does not say, and that nothing changes where nothing does', () => {
  expect(markdown(SAME)).toBe(`## What this would change

Compared with \`0123456789ab\`. No cloud was asked: what was changed there by hand, what it would refuse, and values are not in here.

### AWS

#### \`TavusRecordings-dev\`

Nothing changes.

### Trust for CI (\`infra-aws/ci.ts\`, deployed by a person)

### Azure

#### \`dev\`

Nothing changes.

<details><summary>A first <code>pulumi up</code> makes 2 resources, with a backend that records</summary>

| Type | Count | Names |
| --- | --- | --- |
| \`azure-native:app:ContainerApp\` | 1 | \`backend\` |
| \`azure-native:resources:ResourceGroup\` | 1 | \`group\` |

</details>
`);
});

test('names what changes in AWS, loudly what replaces the bucket, and no value', () => {
  const after = stack(
    {
      Bucket: {
        ...BUCKET,
        Properties: { BucketName: 'planted-after', Tags: [{ Key: 'team', Value: 'planted' }] },
      },
      Role: { Type: 'AWS::IAM::Role' },
    },
    { Outputs: { Name: { Value: 'planted' } } },
  );
  const text = markdown({
    ...SAME,
    recordings: { ...SAME.recordings, after: new Map([['TavusRecordings-dev', after]]) },
  });
  expect(text).toContain(`#### \`TavusRecordings-dev\`

> [!CAUTION]
> - **The bucket \`Bucket\` is replaced, by another \`BucketName\`. New recordings would go into an empty bucket, the old ones stay behind.**

Resources: 1 added, 0 removed, 1 changed.

|  | Type | Name | Properties |
| --- | --- | --- | --- |
| + | \`AWS::IAM::Role\` | \`Role\` |  |
| ~ | \`AWS::S3::Bucket\` | \`Bucket\` | 2: ~ \`Properties/BucketName\`, + \`Properties/Tags\` |

Outside the resources: + \`Outputs\`.
`);
  expect(text).not.toContain('planted');
});

test('says so when only something outside the resources changes', () => {
  const after = new Map([
    ['TavusRecordings-dev', { ...stack({ Bucket: BUCKET }), terminationProtection: false }],
  ]);
  expect(markdown({ ...SAME, recordings: { before: recordings, after } })).toContain(`> [!CAUTION]
> - **The stack may be deleted: its termination protection is switched off.**

Resources: 0 added, 0 removed, 0 changed.

Outside the resources: ~ \`terminationProtection\`.
`);
});

test('names what changes in Azure, and the environment variables of the container, and no value', () => {
  const env = [
    { name: 'A', secretRef: 'planted-after' },
    { name: 'C', value: 'planted' },
  ];
  const text = markdown({ ...SAME, azure: { before: azure, after: new Map([['dev', [app(env, 2)]]]) } });
  expect(text).toContain(`Resources: 0 added, 1 removed, 1 changed.

|  | Type | Name | Properties |
| --- | --- | --- | --- |
| ~ | \`azure-native:app:ContainerApp\` | \`backend\` | 1: ~ \`template/scale/maxReplicas\`; environment variables, see below |
| − | \`azure-native:resources:ResourceGroup\` | \`group\` |  |

Environment variables of the container: ~ \`A\`, − \`B\`, + \`C\`.
`);
  expect(text).not.toContain('planted');
});

test('a stack that is new is shown as new, without a warning', () => {
  const text = markdown({ ...SAME, recordings: { before: new Map(), after: recordings } });
  expect(text).toContain('Is new.\n\nResources: 1 added, 0 removed, 0 changed.');
  expect(text).not.toContain('CAUTION');
});

test('of a stack that is no longer there it says that nothing deletes it', () => {
  const text = markdown({
    ...SAME,
    recordings: { before: recordings, after: new Map() },
    azure: { before: azure, after: new Map() },
  });
  expect(text).toContain(
    '#### `TavusRecordings-dev`\n\nIs no longer in the app. `cdk deploy` leaves it, and all that is in it, where it is.',
  );
  expect(text).toContain('#### `dev`\n\nIs no longer in `cdk.json`. Its Pulumi stack stays as it is.');
});

test('a base that could not be looked at is told, and never passes for "nothing changes"', () => {
  const text = markdown({
    ...SAME,
    recordings: { before: undefined, after: recordings },
    azure: { before: undefined, after: azure },
  });
  expect(text.match(/The base could not be looked at; the log says why\./g)).toHaveLength(2);
  expect(text).not.toContain('Nothing changes');
});

test('of very many paths it names the first twelve, and counts the others', () => {
  const properties = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`P${index}`, 1]));
  const after = new Map([
    [
      'TavusRecordings-dev',
      stack({ Bucket: { ...BUCKET, Properties: { ...BUCKET.Properties, ...properties } } }),
    ],
  ]);
  const text = markdown({ ...SAME, recordings: { before: recordings, after } });
  expect(text).toContain('| 15: + `Properties/P0`,');
  expect(text).toContain('+ `Properties/P11`, and 3 more |');
});

test('a name can not end its cell, its line or its code', () => {
  const after = new Map([['TavusRecordings-dev', stack({ Bucket: BUCKET, 'a`|\n# b': { Type: 'x' } })]]);
  expect(markdown({ ...SAME, recordings: { before: recordings, after } })).toContain(
    '| + | `x` | `a# b` |  |',
  );
});

test('only a Container App has environment variables', () => {
  const paths: ChangedPath[] = [{ path: 'template/containers/backend/env/A/value', how: 'changed' }];
  const change = { type: 'azure-native:app:Job', name: 'job', how: 'changed', paths } as const;
  expect(changedVariables(change)).toEqual([]);
  expect(otherPaths(change)).toEqual(paths);
  expect(changedVariables({ ...change, type: 'azure-native:app:ContainerApp' })).toHaveLength(1);
  expect(otherPaths({ ...change, type: 'azure-native:app:ContainerApp' })).toEqual([]);
});
