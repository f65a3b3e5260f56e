import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkValues } from '../../../ops/deploy/check-values';
import { deploy } from '../../../ops/deploy/deploy';
import { drift } from '../../../ops/deploy/drift';
import type { Outside } from '../../../ops/deploy/outside';
import { preview } from '../../../ops/deploy/preview';
import { GITHUB_NAMES } from '../../../ops/deploy/values/github-names';
import type { Job } from '../../../ops/deploy/values/trust-variables';
import { changed, checkout, ENV, worldIn } from './world';

const { root, remove } = checkout();
afterAll(remove);

interface Script {
  readonly job: Job;
  readonly script: (outside: Outside) => Promise<void>;
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  'check-values deploy': { job: 'deploy', script: (outside) => checkValues('deploy', outside) },
  'check-values check': { job: 'check', script: (outside) => checkValues('check', outside) },
  deploy: { job: 'deploy', script: deploy },
  preview: { job: 'check', script: preview },
  drift: { job: 'check', script: drift },
};

/** What is needed in this environment: with a replica instead of a persona, and without signing in. */
const needed = (job: Job): string[] =>
  Object.entries(GITHUB_NAMES)
    .filter(
      ([name, { jobs, needed: when }]) => jobs.includes(job) && when !== '-' && Object.hasOwn(ENV, name),
    )
    .map(([name]) => name);

test.each(Object.entries(SCRIPTS))('%s goes on when nothing is missing', async (_, { script }) => {
  await expect(script(worldIn(root).outside)).resolves.toBeUndefined();
});

describe.each(Object.entries(SCRIPTS))('%s', (_, { job, script }) => {
  test.each(
    needed(job).flatMap(
      (name) =>
        [
          [name, undefined],
          [name, ''],
          [name, ' \n'],
        ] as const,
    ),
  )('stops, names %s and runs nothing when it is %j', async (name, value) => {
    const world = worldIn(root, { env: changed({ [name]: value }) });
    // Either of two will do for one of them, so it is named beside the other.
    await expect(script(world.outside)).rejects.toThrow(
      new RegExp(`\\b${name}(?:: missing.*)?, got nothing`),
    );
    expect(world.done()).toEqual([]);
  });
});

test('the values that the bar is about are all there', () => {
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

describe('as a process', () => {
  const PROJECT = path.resolve(__dirname, '../../..');
  const bin = path.join(root, 'bin');
  const ran = path.join(root, 'ran');
  mkdirSync(bin);
  for (const program of ['az', 'docker', 'npm', 'pulumi']) {
    writeFileSync(path.join(bin, program), `#!/bin/sh\necho "${program} $*" >> '${ran}'\n`);
    chmodSync(path.join(bin, program), 0o755);
  }

  test.each(['deploy.ts', 'preview.ts', 'drift.ts'])('%s ends with 1, the names, and no secret', (script) => {
    const tsx = pathToFileURL(path.join(PROJECT, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', tsx, path.join(PROJECT, 'ops', 'deploy', script)],
      {
        cwd: root,
        env: changed({
          PATH: bin,
          TAVUS_REPLICA_ID: '',
          AZURE_TENANT_ID: undefined,
          START_API_KEY: 'planted',
        }),
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toContain('AZURE_TENANT_ID: missing, got nothing. The job would be nobody in Azure.');
    expect(stdout).toContain('TAVUS_PERSONA_ID: missing, and so is TAVUS_REPLICA_ID, got nothing.');
    expect(stdout).toContain('START_API_KEY: is shorter than 16 characters, got 7 characters.');
    expect(stdout).not.toContain('planted');
    expect(existsSync(ran)).toBe(false);
  });
});
