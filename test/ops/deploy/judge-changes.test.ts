import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { changesOf, changesTable, destructiveChanges } from '../../../ops/deploy/aws/judge-changes';

const STACK = 'TavusRecordings-prod';

/** A change as CloudFormation describes it (API reference of ResourceChange, read 2026-11-25). */
const change = (type: string, id: string, what: ResourceChange): Change => ({
  Type: 'Resource',
  ResourceChange: { ResourceType: type, LogicalResourceId: id, PhysicalResourceId: 'physical', ...what },
});

const property = (Name: string, RequiresRecreation: 'Always' | 'Conditionally' | 'Never') => ({
  Target: { Attribute: 'Properties' as const, Name, RequiresRecreation },
  Evaluation: 'Static' as const,
  ChangeSource: 'DirectModification' as const,
});

const BUCKET = 'RecordingsBucketAA52F499';
const problemsOf = (...changes: readonly Change[]): string[] => destructiveChanges(STACK, changesOf(changes));

/** As a future API may respond. */
const FUTURE: ResourceChange = JSON.parse('{"Action":"Transmogrify"}');

const TYPES = [
  ['AWS::S3::Bucket', BUCKET],
  ['AWS::S3::Bucket', 'AccessLogBucketDA470295'],
  ['AWS::S3::BucketPolicy', 'RecordingsBucketPolicy7D6C1F47'],
  ['AWS::KMS::Key', 'RecordingsKey12345678'],
  ['AWS::IAM::Role', 'TavusRoleE7D1C582'],
  // An unexpected type.
  ['AWS::DynamoDB::Table', 'Ledger87654321'],
] as const;

describe.each(TYPES)('%s %s', (type, id) => {
  test('can be created', () => {
    expect(problemsOf(change(type, id, { Action: 'Add' }))).toEqual([]);
  });

  test('can be updated in place', () => {
    const updated: ResourceChange = {
      Action: 'Modify',
      Replacement: 'False',
      Details: [property('Tags', 'Never')],
    };
    expect(problemsOf(change(type, id, updated))).toEqual([]);
  });

  test('must not be replaced', () => {
    const replaced: ResourceChange = {
      Action: 'Modify',
      Replacement: 'True',
      Details: [property('Tags', 'Never'), property('Name', 'Always')],
    };
    expect(problemsOf(change(type, id, replaced))).toEqual([
      `${STACK} ${id} (${type}): would be replaced by a new one, got a change of Name. Existing recordings would be abandoned, or ` +
        'new ones lost. Revert the change. If it is intended, deploy it manually.',
    ]);
  });

  test('must not be possibly replaced', () => {
    const perhaps: ResourceChange = {
      Action: 'Modify',
      Replacement: 'Conditional',
      Details: [property('Name', 'Conditionally')],
    };
    expect(problemsOf(change(type, id, perhaps))).toEqual([
      expect.stringContaining(
        `${id} (${type}): may be replaced by a new one, which CloudFormation decides only at deployment, got a change of Name.`,
      ),
    ]);
  });

  test.each(['Retain', 'Delete', 'Snapshot'] as const)(
    'must not leave the stack, even with the policy %s',
    (PolicyAction) => {
      expect(problemsOf(change(type, id, { Action: 'Remove', PolicyAction }))).toEqual([
        expect.stringContaining(`${id} (${type}): would leave the stack, got a change of no property named.`),
      ]);
    },
  );

  test.each([
    ['a modification without information about a replacement', { Action: 'Modify' }],
    ['a type only of nested stacks', { Action: 'Dynamic' }],
    ['an unknown action', FUTURE],
    ['no action at all', {}],
  ] as const)('stops at %s', (_, what) => {
    expect(problemsOf(change(type, id, what))).toEqual([
      expect.stringContaining(`${id} (${type}): would change in an unknown way`),
    ]);
  });
});

test('all refused changes are named, and no others', () => {
  const problems = problemsOf(
    change('AWS::S3::Bucket', 'Fine', { Action: 'Add' }),
    change('AWS::S3::Bucket', 'Gone', { Action: 'Remove' }),
    change('AWS::IAM::Role', 'Other', {
      Action: 'Modify',
      Replacement: 'True',
      Details: [property('RoleName', 'Always')],
    }),
  );
  expect(problems.map((problem) => problem.split(' ')[1])).toEqual(['Gone', 'Other']);
});

test("a resource without data may be deleted: the CDK's metadata", () => {
  expect(problemsOf(change('AWS::CDK::Metadata', 'CDKMetadata', { Action: 'Remove' }))).toEqual([]);
});

test('an entry about a hook, not a resource, is ignored', () => {
  expect(changesOf([{ Type: 'Resource', HookInvocationCount: 1 }])).toEqual([]);
});

test('the summary has names and effects, but no values', () => {
  const table = changesTable(
    changesOf([
      change('AWS::S3::Bucket', BUCKET, {
        Action: 'Modify',
        Replacement: 'False',
        AfterContext: '{"Properties":{"BucketName":"secret-name"}}',
      }),
    ]),
  );
  expect(table).toBe(
    `1 resources change.\n\n| Resource | Type | Effect |\n| --- | --- | --- |\n| \`${BUCKET}\` | AWS::S3::Bucket | updated |`,
  );
  expect(changesTable([])).toBe('No resource changes.');
});
