import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseDeployment } from '../../../ops/deploy/command-line';
import { GITHUB_ENVIRONMENTS, githubEnv } from '../../../ops/deploy/values/github-names';
import type { JobKind } from '../../../ops/deploy/values/ci-variables';

const ROOT = path.resolve(__dirname, '../../..');

const COMMANDS = z.enum(['deploy', 'drift', 'preview']);

const ENV = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .default({});
const WORKFLOW = z.object({
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.literal(false) }),
  permissions: z.strictObject({}),
  jobs: z.record(
    z.string(),
    z.object({
      needs: z.union([z.string(), z.array(z.string())]).optional(),
      if: z.string().optional(),
      environment: z.string().optional(),
      permissions: z.record(z.string(), z.string()),
      env: ENV,
      'timeout-minutes': z.number(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          env: ENV,
          with: z.record(z.string(), z.unknown()).default({}),
        }),
      ),
    }),
  ),
});

const read = (name: string): z.output<typeof WORKFLOW> =>
  WORKFLOW.parse(parse(readFileSync(path.join(ROOT, '.github', 'workflows', name), 'utf8')));

const JOBS = { ...read('deploy.yml').jobs, ...read('drift.yml').jobs };
const KINDS: Readonly<Record<string, JobKind>> = { preview: 'check', deploy: 'deploy', drift: 'check' };
const jobOf = (name: string) => {
  const job = JOBS[name];
  if (job === undefined) throw new Error(`${name}: is no job.`);
  return job;
};

/** Names of a step's values, each with its source. */
const handedOver = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value.includes('${{')));

const isOurs = (run: string | undefined): boolean => run?.startsWith('node ops/bin.mjs ') === true;

describe.each(Object.entries(KINDS))('the job %s', (name, kind) => {
  const job = jobOf(name);
  const scripts = job.steps.filter(({ run }) => isOurs(run));

  test('passes exactly the names of the table to each script, secrets from secrets and variables from variables', () => {
    const expected: unknown = parse(
      [...githubEnv(kind, 'variable'), ...githubEnv(kind, 'secret')].join('\n'),
    );
    expect(scripts).toHaveLength(2);
    for (const { env } of scripts) expect(handedOver({ ...job.env, ...env })).toEqual(expected);
  });

  test('passes secrets only to its own scripts, not to third-party actions', () => {
    const secret = /\bsecrets\./;
    expect(Object.values(job.env).filter((value) => secret.test(value))).toEqual([]);
    const others = job.steps.filter((step) => !scripts.includes(step));
    expect(others.filter((step) => secret.test(JSON.stringify(step)))).toEqual([]);
  });

  test('checks its values before it signs in to a cloud', () => {
    const order = job.steps.map(({ uses, run }) => uses?.split('@')[0] ?? run ?? '');
    const check = order.indexOf(`node ops/bin.mjs ${name} --check-only`);
    const logins = ['aws-actions/configure-aws-credentials', 'azure/login'].map((action) =>
      order.indexOf(action),
    );
    expect(check).toBeGreaterThan(-1);
    expect(Math.min(...logins)).toBeGreaterThan(check);
  });

  test('runs in its environment, with its own role and identity', () => {
    expect(job.environment).toBe(GITHUB_ENVIRONMENTS[kind]);
    expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const words = kind === 'deploy' ? 'DEPLOY' : 'CHECK';
    const withOf = (action: string) =>
      job.steps.find(({ uses }) => uses?.startsWith(`${action}@`) === true)?.with;
    expect(withOf('aws-actions/configure-aws-credentials')).toEqual({
      'role-to-assume': `\${{ vars.AWS_${words}_ROLE_ARN }}`,
      'aws-region': '${{ vars.AWS_REGION }}',
      'allowed-account-ids': '${{ vars.AWS_ACCOUNT_ID }}',
      'mask-aws-account-id': true,
    });
    expect(withOf('azure/login')).toEqual({
      'client-id': `\${{ vars.AZURE_${words}_CLIENT_ID }}`,
      'tenant-id': '${{ vars.AZURE_TENANT_ID }}',
      'subscription-id': '${{ vars.AZURE_SUBSCRIPTION_ID }}',
    });
    expect(job.env['AZURE_CORE_OUTPUT']).toBe('none');
  });
});

test('the build job has no cloud identity', () => {
  expect(jobOf('build')).toMatchObject({ permissions: { contents: 'read' }, env: {} });
  expect(jobOf('build').environment).toBeUndefined();
});

test('only main is deployed, and only after build and preview', () => {
  expect(jobOf('deploy').needs).toEqual(['build', 'preview']);
  for (const name of ['build', 'preview', 'drift'])
    expect(jobOf(name).if).toBe("github.ref == 'refs/heads/main'");
});

test('each calls our command line with valid options, and uploads only the image as artefact', () => {
  const steps = Object.values(JOBS).flatMap((job) => job.steps);
  const called = steps.flatMap(({ run = '' }) => (isOurs(run) ? [run.split(' ').slice(2)] : []));
  const parsed = called.map(([command, ...args]) => [
    command,
    parseDeployment(COMMANDS.parse(command), args)?.only,
  ]);
  expect(parsed).toEqual([
    ['deploy', 'build'],
    ['preview', 'check'],
    ['preview', undefined],
    ['deploy', 'check'],
    ['deploy', undefined],
    ['drift', 'check'],
    ['drift', undefined],
  ]);
  const uploads = steps.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@') === true);
  expect(uploads.map((step) => step.with['path'])).toEqual([
    '.local/deploy/image.tar\n.local/deploy/sbom.cdx.json\n',
  ]);
});
