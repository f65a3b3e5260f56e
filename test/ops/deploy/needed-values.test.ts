import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DeploymentCommand, parseDeployment, run } from '../../../ops/deploy/command-line';
import { GITHUB_NAMES } from '../../../ops/deploy/values/github-names';
import type { JobKind } from '../../../ops/deploy/values/ci-variables';
import { changed, checkout, ENV, ENVIRONMENT, STACK_FILE, fakeJobIn } from './fake-context';

const { root, remove } = checkout();
afterAll(remove);

const KINDS: Readonly<Record<DeploymentCommand, JobKind>> = {
  deploy: 'deploy',
  preview: 'check',
  drift: 'check',
};
const COMMANDS = (['deploy', 'preview', 'drift'] as const).flatMap((command) =>
  ([undefined, 'check'] as const).map((only) => [command, only] as const),
);

/** The required values of this environment: with a replica instead of a persona, and without a sign-in. */
const needed = (job: JobKind): string[] =>
  Object.entries(GITHUB_NAMES)
    .filter(
      ([name, { jobs, needed: when }]) => jobs.includes(job) && when !== '-' && Object.hasOwn(ENV, name),
    )
    .map(([name]) => name);

test.each(COMMANDS)('%s (only %s) exits with 0 if no value is missing', async (command, only) => {
  const fake = fakeJobIn(root);
  expect([await run(command, { only }, fake.context), fake.log()]).toEqual([0, expect.any(String)]);
});

test.each(COMMANDS)('%s (only %s) does not change the committed stack file', async (command, only) => {
  const file = path.join(root, `Pulumi.${ENVIRONMENT}.yaml`);
  const fake = fakeJobIn(root, {
    answers: {
      'pulumi config set-all': () => {
        writeFileSync(file, 'by Pulumi');
        return { code: 1 };
      },
    },
  });
  expect(await run(command, { only }, fake.context)).toBe(only === undefined ? 1 : 0);
  expect(readFileSync(file, 'utf8')).toBe(STACK_FILE);
});

describe.each(COMMANDS)('%s (only %s)', (command, only) => {
  test.each(
    needed(KINDS[command]).flatMap(
      (name) =>
        [
          [name, undefined],
          [name, ''],
          [name, ' \n'],
        ] as const,
    ),
  )('without %s reports it and runs nothing if it is %j', async (name, value) => {
    const fake = fakeJobIn(root, { env: changed({ [name]: value }) });
    expect(await run(command, { only }, fake.context)).toBe(2);
    // One of two values is enough here, so the error names both.
    expect(fake.log()).toMatch(new RegExp(`\\b${name}(?:: missing.*)?, got nothing`));
    expect(fake.done()).toEqual([]);
  });
});

test('all values of the requirement are included', () => {
  expect(needed('deploy')).toEqual([
    'RECORDINGS_ENVIRONMENT',
    'AWS_ACCOUNT_ID',
    'AWS_REGION',
    'AWS_DEPLOY_ROLE_ARN',
    'CDK_QUALIFIER',
    'AZURE_TENANT_ID',
    'AZURE_SUBSCRIPTION_ID',
    'AZURE_DEPLOY_CLIENT_ID',
    'AZURE_RESOURCE_GROUP',
    'PULUMI_BACKEND_URL',
    'PULUMI_SECRETS_PROVIDER',
    'TAVUS_REPLICA_ID',
    'TAVUS_API_KEY',
    'CALLBACK_SECRETS',
    'START_API_KEY',
  ]);
});

describe('the options', () => {
  test.each([
    ['deploy', ['--build-only'], { only: 'build', envFile: undefined }],
    ['drift', ['--check-only', '--env-file', 'x'], { only: 'check', envFile: 'x' }],
    ['preview', [], { only: undefined, envFile: undefined }],
    ['preview', ['-h'], undefined],
  ] as const)('after %s: %j', (command, args, expected) => {
    expect(parseDeployment(command, args)).toEqual(expected);
  });

  test.each([
    ['deploy', ['--build-only', '--check-only'], '--build-only: given beside --check-only. Name one'],
    ['drift', ['--build-only'], '--build-only: no such option'],
    ['preview', ['prod'], 'prod: takes no such word'],
  ] as const)('after %s that are refused: %j', (command, args, problem) => {
    expect(() => parseDeployment(command, args)).toThrow(
      `- ${problem}\nRun \`npx recordings ${command} --help\`.`,
    );
  });
});

describe('as a process', () => {
  const BIN = path.resolve(__dirname, '../../../ops/bin.mjs');
  const bin = path.join(root, 'bin');
  const ran = path.join(root, 'ran');
  mkdirSync(bin);
  for (const program of ['az', 'docker', 'git', 'npm', 'pulumi']) {
    writeFileSync(path.join(bin, program), `#!/bin/sh\necho "${program} $*" >> '${ran}'\n`);
    chmodSync(path.join(bin, program), 0o755);
  }
  const start = (args: readonly string[], change: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ['--', BIN, ...args], {
      cwd: root,
      env: changed({
        PATH: bin,
        TAVUS_REPLICA_ID: '',
        AZURE_TENANT_ID: undefined,
        START_API_KEY: 'planted',
        ...change,
      }),
      encoding: 'utf8',
    });

  test('on GitHub it exits with 2, and reports all problems in log and summary, without secrets', () => {
    const file = path.join(root, 'summary.md');
    const { status, stdout, stderr } = start(['deploy'], { GITHUB_STEP_SUMMARY: file });
    expect([status, stderr]).toEqual([2, '']);
    expect(stdout).toContain(
      'AZURE_TENANT_ID: missing, got nothing. The job would have no Azure identity. Run `gh variable set',
    );
    expect(stdout).toContain('TAVUS_PERSONA_ID: missing, and so is TAVUS_REPLICA_ID, got nothing.');
    expect(stdout).toContain('START_API_KEY: is shorter than 16 characters, got 7 characters.');
    expect(readFileSync(file, 'utf8')).toContain('### Stopped');
    expect(stdout).not.toContain('planted');
    expect(existsSync(ran)).toBe(false);
  });

  test('outside GitHub values also come from a file, and missing ones are reported with a fix', () => {
    const file = path.join(root, 'prod.env');
    writeFileSync(file, 'TAVUS_REPLICA_ID=r1\nSTART_API_KEY=planted-start-key-0123\nAWS_REGION=eu-west-1\n');
    const { status, stdout, stderr } = start(['preview', '--env-file', file], {
      GITHUB_ACTIONS: undefined,
      AWS_CHECK_ROLE_ARN: undefined,
      AZURE_CHECK_CLIENT_ID: undefined,
      START_API_KEY: '',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      '  │ Nothing was started because of these values:\n' +
        '  │ - AZURE_TENANT_ID: missing, got nothing. The job would have no Azure identity. ' +
        'Set AZURE_TENANT_ID in the environment, or in the file of --env-file.\n',
    );
    expect(existsSync(ran)).toBe(false);
  });
});
