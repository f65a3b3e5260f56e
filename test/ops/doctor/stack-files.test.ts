import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stackFileChecks } from '../../../ops/doctor/stack-files/checks';
import { readStackFiles } from '../../../ops/doctor/stack-files/read';
import { HEALTHY } from '../fake-aws';
import { examine, SETTINGS } from '../run';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stack-files-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const PROJECT = 'tavus-recordings';

/** Writes the file of a stack: lines of YAML below `config:`, each a key of the project. */
const stack = (environment: string, ...lines: readonly string[]): void =>
  writeFileSync(
    path.join(folder, `Pulumi.${environment}.yaml`),
    ['encryptionsalt: v1:x', 'config:', ...lines.map((line) => `  ${PROJECT}:${line}`), ''].join('\n'),
  );

/** Outcomes by id. */
async function judged(): Promise<Readonly<Record<string, unknown>>> {
  const outcomes = stackFileChecks(readStackFiles(folder)).map(
    async ({ id, run }) => [id, await run()] as const,
  );
  return Object.fromEntries(await Promise.all(outcomes));
}

const ENCRYPTED = ['tavusApiKey:', '  secure: v1:abc'].join('\n  ');

test('without stack files there are no checks of stacks', () => {
  writeFileSync(path.join(folder, 'Pulumi.yaml'), 'name: tavus-recordings\n');
  expect(stackFileChecks(readStackFiles(folder))).toEqual([]);
});

test('stack files written by the CLI pass', async () => {
  stack(
    'dev',
    ENCRYPTED,
    'awsAccount: "012345678901"',
    'cpu: 1.0',
    'protectData: no',
    'logRetentionDays: 90',
  );
  stack('prod', ENCRYPTED, 'resourceGroupName: shared', 'tavusRecordingConsentVersions: "2027-01-15"');
  expect(await judged()).toMatchObject({
    'azure-stack-files': { status: 'ok', found: 'dev, prod' },
    'azure-app-name': { status: 'ok' },
    'azure-secrets': { status: 'ok' },
    'azure-quotes': { status: 'ok' },
  });
});

describe('two environments in one resource group', () => {
  test('with the same app name fail, in any spelling of the group, each with a command', async () => {
    stack('dev', 'resourceGroupName: Shared');
    stack('other', 'appName: another', 'resourceGroupName: shared');
    stack('prod', 'resourceGroupName: shared', 'appName: tavus-backend');
    stack('staging', 'resourceGroupName: shared');
    expect((await judged())['azure-app-name']).toEqual({
      status: 'fail',
      found:
        'dev and prod both have tavus-backend in shared; dev and staging both have tavus-backend in shared',
      expected: 'a different appName for each environment in one resource group',
      fix:
        'Azure refuses the second one. Rename the one that is not deployed yet: ' +
        '`pulumi config set appName tavus-backend-prod --stack prod`, ' +
        '`pulumi config set appName tavus-backend-staging --stack staging`.',
    });
  });

  test('get no suggested name that Azure would refuse', async () => {
    stack('dev', 'resourceGroupName: shared');
    stack('the-longest-of-environments', 'resourceGroupName: shared');
    expect((await judged())['azure-app-name']).toMatchObject({
      fix: expect.stringContaining('appName <another name> --stack the-longest-of-environments'),
    });
  });

  test('with separate groups can have the same app name', async () => {
    stack('dev');
    stack('prod');
    expect((await judged())['azure-app-name']).toMatchObject({ status: 'ok' });
  });
});

test('a secret in plain text is found before any deployment, and not printed', async () => {
  stack('dev', 'tavusApiKey: planted-key-in-plain-text', 'startApiKey: ""');
  const found = await judged();
  expect(found['azure-secrets']).toEqual({
    status: 'fail',
    found: 'tavusApiKey of dev in plain text',
    expected: 'encrypted secrets: every copy of the file reveals the others',
    fix: 'Create new ones and revoke these: `pulumi config set --secret tavusApiKey --stack dev`.',
  });
  expect(JSON.stringify(found)).not.toContain('planted');
});

test('unquoted numbers and dates are found, because YAML changes them', async () => {
  stack(
    'dev',
    'awsAccount: 012345678901',
    'tavusRecordingConsentVersions: 2027-01-15',
    'resourceGroupName: 007',
  );
  expect((await judged())['azure-quotes']).toEqual({
    status: 'fail',
    found:
      'awsAccount in Pulumi.dev.yaml is read as a number, tavusRecordingConsentVersions in Pulumi.dev.yaml is read as a ' +
      'time, resourceGroupName in Pulumi.dev.yaml is read as a number',
    expected: 'quotes around texts that look like numbers or dates',
    fix: 'Quote the value, as in awsAccount: "012345678901".',
  });
});

test('an invalid YAML file is reported with its line, without its content', async () => {
  stack('dev', 'tavusApiKey: planted', '\tstartApiKey: "planted');
  const found = await judged();
  expect(found['azure-stack-files']).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^Pulumi\.dev\.yaml is not valid YAML, at line \d$/),
  });
  expect(JSON.stringify(found)).not.toContain('planted');
});

test('the doctor checks the stacks of the current folder', async () => {
  stack('dev', 'tavusApiKey: planted-key-in-plain-text');
  jest.spyOn(process, 'cwd').mockReturnValue(folder);
  const { code, of } = await examine(HEALTHY, { ...SETTINGS, TAVUS_API_BASE_URL: 'http://127.0.0.1:1/v2' });
  expect([code, of('azure-secrets')?.status]).toEqual([1, 'fail']);
});
