import { defined } from '../../../contract/defined';
import { destructiveSteps, readPreview, stepsTable } from '../../../ops/deploy/pulumi/judge-preview';

const PLATFORM = 'tavus-recordings:azure:Platform';
const urn = (type: string, name: string): string =>
  `urn:pulumi:prod::tavus-recordings::${PLATFORM}$${type}::${name}`;

/** A step as `pulumi preview --json` prints it (pkg/display/json.go, read 2026-11-25). */
const step = (op: string, type: string, name: string, replaceReasons?: readonly string[]): object => ({
  op,
  urn: urn(type, name),
  oldState: { inputs: { secret: 'planted-value' } },
  diffReasons: ['location'],
  ...defined({ replaceReasons }),
});

const read = (...steps: readonly object[]) => readPreview(JSON.stringify({ steps }));

const stopped = (...steps: readonly object[]): string[] => destructiveSteps(read(...steps)?.steps ?? []);

const PROTECTED = [
  'azure-native:app:ContainerApp',
  'azure-native:app:ManagedEnvironment',
  'azure-native:containerregistry:Registry',
  'azure-native:keyvault:Secret',
  'azure-native:keyvault:Vault',
  'azure-native:managedidentity:UserAssignedIdentity',
  'azure-native:operationalinsights:Workspace',
  'azure-native:resources:ResourceGroup',
];

describe.each(PROTECTED)('%s', (type) => {
  test.each(['delete', 'replace', 'create-replacement', 'delete-replaced', 'discard', 'whatever-comes'])(
    'is lost by the step %s',
    (op) => {
      expect(stopped(step(op, type, 'it', ['location']))).toEqual([
        expect.stringContaining(`it (${type}): would be replaced or deleted, got ${op} because of location.`),
      ]);
    },
  );

  test.each(['create', 'update', 'same', 'read', 'refresh', 'import'])('is kept by the step %s', (op) => {
    expect(stopped(step(op, type, 'it'))).toEqual([]);
  });
});

test('the exact error has resource, step, property and fix', () => {
  expect(stopped(step('replace', 'azure-native:keyvault:Vault', 'platform-vault', ['location']))).toEqual([
    'platform-vault (azure-native:keyvault:Vault): would be replaced or deleted, got replace because of location. It has the secrets, and ' +
      'its name stays reserved for 90 days. Revert the change. If it is intended, deploy it manually.',
  ]);
});

test.each(['azure-native:insights:MetricAlert', 'azure-native:authorization:RoleAssignment'])(
  '%s may be deleted, because it can be created again',
  (type) => {
    expect(stopped(step('delete', type, 'it'))).toEqual([]);
  },
);

test('a resource can have no parent, and a name with colons', () => {
  const bare = { op: 'delete', urn: 'urn:pulumi:prod::p::azure-native:keyvault:Vault::a::b' };
  expect(read(bare)?.steps).toEqual([
    { op: 'delete', type: 'azure-native:keyvault:Vault', name: 'a::b', because: [] },
  ]);
});

test('the summary has names and steps, but no values', () => {
  const table = stepsTable(read(step('update', 'azure-native:app:ContainerApp', 'backend'))?.steps ?? []);
  expect(table).toContain('| `backend` | azure-native:app:ContainerApp | update |');
  expect(table).not.toContain('planted');
  expect(stepsTable([])).toBe('No resource changes.');
});

test('errors are read, but not warnings', () => {
  const diagnostics = [
    { message: 'alertEmail: missing', severity: 'warning' },
    { message: 'The stack prod cannot be deployed\n', severity: 'error' },
  ];
  expect(readPreview(JSON.stringify({ diagnostics }))).toEqual({
    steps: [],
    errors: ['The stack prod cannot be deployed'],
  });
});

test.each(['', 'error: no stack selected', '[]', '{"steps":[{"op":1}]}'])(
  '%j is not a valid preview',
  (text) => {
    expect(readPreview(text)).toBeUndefined();
  },
);
