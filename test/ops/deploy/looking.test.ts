import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { driftProblems } from '../../../ops/deploy/aws/drift';
import { deploy } from '../../../ops/deploy/deploy';
import { drift } from '../../../ops/deploy/drift';
import type { StackTemplate } from '../../../ops/deploy/aws/template-changes';
import { preview } from '../../../ops/deploy/preview';
import {
  asJson,
  CDK_JSON,
  checkout,
  DIGEST,
  ENVIRONMENT,
  IN_SYNC,
  LIVE_URL,
  ran,
  REGISTRY,
  type FakeJob,
} from './fake-context';

const { root, remove } = checkout();
afterAll(remove);

const STACK = 'TavusRecordings-prod';
const IMAGE = `${REGISTRY}/tavus-recordings@${DIGEST}`;
const bucketNamed = (name?: string): StackTemplate => ({
  Resources: {
    RecordingsBucketAA52F499: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name, Tags: [] } },
  },
});
const RENAMED = { before: bucketNamed(), after: bucketNamed('planted-bucket-name') };
const VAULT = 'urn:pulumi:prod::p::c$azure-native:keyvault:Vault::platform-vault';
const APP = 'urn:pulumi:prod::p::c$azure-native:app:ContainerApp::backend';

const lines = (fake: FakeJob, beginning: string): string[] =>
  fake.done().filter((line) => line.startsWith(beginning));

describe('preview', () => {
  test('checks both clouds with the live image and read-only identities', async () => {
    const { fake, message } = await ran(preview, root);
    expect(message).toBe('nothing was refused');
    expect(fake.done()).toEqual([
      `cdk synth ${STACK} --quiet --output .local/deploy/cdk.out --context @aws-cdk/core:bootstrapQualifier=tavusrec --no-notices --no-color`,
      expect.stringMatching(/^assume arn:aws:iam::\d{12}:role\/cdk-tavusrec-lookup-role-/),
      `template of ${STACK}`,
      'pulumi stack select prod --non-interactive --color never',
      'pulumi stack output --json --non-interactive --color never',
      expect.stringMatching(/^assume arn:aws:iam::\d{12}:role\/cdk-tavusrec-lookup-role-/),
      'hand-over --environment prod',
      expect.stringContaining(`--plaintext image=${IMAGE}`),
      ...['tavusApiKey', 'callbackSecrets', 'startApiKey'].map(
        (key) => `pulumi config set --secret ${key} --non-interactive --color never`,
      ),
      'pulumi preview --json --non-interactive --color never',
    ]);
    expect(lines(fake, 'pulumi up')).toEqual([]);
  });

  test('stops if data would be lost in either cloud, and names both', async () => {
    const { fake, message } = await ran(preview, root, {
      templates: RENAMED,
      answers: { 'pulumi preview': asJson({ steps: [{ op: 'delete', urn: VAULT }] }) },
    });
    expect(message).toContain(
      'RecordingsBucketAA52F499 (AWS::S3::Bucket): would be replaced by a new one, got a change of BucketName.',
    );
    expect(message).toContain(
      'platform-vault (azure-native:keyvault:Vault): would be replaced or deleted, got delete.',
    );
    expect(fake.log() + fake.summary()).not.toContain('planted-bucket-name');
    expect(fake.summary()).toContain('| `RecordingsBucketAA52F499` | AWS::S3::Bucket | replaced |');
  });

  test('stops if the app fails, and prints its output', async () => {
    const { message, fake } = await ran(preview, root, {
      answers: { 'cdk synth': () => ({ code: 1, stderr: 'retentionDays: is not a number' }) },
    });
    expect(message).toContain('cdk synth: failed, got exit code 1. The effect of a deployment is unknown.');
    expect(fake.log()).toContain('  │ retentionDays: is not a number');
  });

  test.each([
    ['may not be read', () => Promise.reject(new Error('denied'))],
    ['is no JSON', () => Promise.resolve('Resources: {}')],
  ])('fails if the deployed template %s, and still previews Azure', async (_, template) => {
    const { message, fake } = await ran(preview, root, { aws: { template } });
    expect(message).toContain(`${STACK}: its template cannot be read, got "`);
    expect(lines(fake, 'pulumi preview')).toHaveLength(1);
  });

  test('without a stack creates everything', async () => {
    const { message, fake } = await ran(preview, root, {
      templates: { before: undefined, after: bucketNamed() },
    });
    expect(message).toBe('nothing was refused');
    expect(fake.summary()).toContain('| `RecordingsBucketAA52F499` | AWS::S3::Bucket | made |');
  });

  test('without a backend previews the platform, and needs no hand-over', async () => {
    const { fake, message } = await ran(preview, root, { answers: { 'pulumi stack output': asJson({}) } });
    expect(message).toBe('nothing was refused');
    expect(lines(fake, 'hand-over')).toEqual([]);
    expect(lines(fake, 'pulumi config set-all')[0]).not.toContain('image=');
  });

  test('after a rolled back first deployment reports it and skips Azure', async () => {
    const { fake, message } = await ran(preview, root, {
      answers: { 'hand-over': () => ({ code: 1, stderr: 'UPDATE_ROLLBACK_COMPLETE' }) },
    });
    expect(message).toBe('nothing was refused');
    expect(fake.summary()).toContain('Not previewed');
    expect(lines(fake, 'pulumi preview')).toEqual([]);
  });
});

describe('drift', () => {
  const DRIFTED: StackResourceDrift = {
    ...IN_SYNC,
    StackResourceDriftStatus: 'MODIFIED',
    PropertyDifferences: [
      {
        PropertyPath: '/VersioningConfiguration/Status',
        ExpectedValue: 'Enabled',
        ActualValue: 'planted',
        DifferenceType: 'NOT_EQUAL',
      },
    ],
  };

  test('passes if all three checks pass', async () => {
    const { fake, message } = await ran(drift, root);
    expect(message).toBe('nothing was refused');
    expect(lines(fake, 'doctor')).toHaveLength(1);
    expect(lines(fake, 'cdk drift')).toHaveLength(1);
    expect(lines(fake, 'pulumi preview --json --refresh --expect-no-changes')).toHaveLength(1);
    expect(fake.summary()).toContain('### No drift');
  });

  test('runs all three checks, even if an earlier one found drift', async () => {
    const { message } = await ran(drift, root, {
      answers: {
        doctor: () => ({
          code: 1,
          ...asJson({ totals: {}, checks: [{ id: 'role', status: 'fail', found: 'x', fix: null }] })(),
        }),
        'cdk drift': () => ({ code: 1 }),
        'pulumi preview': () => ({ code: 255, ...asJson({ steps: [{ op: 'update', urn: APP }] })() }),
      },
      aws: { describeDrifts: () => Promise.resolve([DRIFTED]) },
    });
    expect(message.split('\n- ')).toEqual([
      'The live deployment has problems:',
      expect.stringContaining('recordings doctor: found problems, got exit code 1 (role).'),
      expect.stringContaining(
        'RecordingsBucketAA52F499 (AWS::S3::Bucket): differs from what was deployed, got MODIFIED at /VersioningConfiguration/Status.',
      ),
      expect.stringContaining(
        'backend (azure-native:app:ContainerApp): differs from the program, got update.',
      ),
    ]);
    expect(message).not.toContain('planted');
  });

  test('runs all three checks, even if an earlier one failed to run', async () => {
    const { message } = await ran(drift, root, {
      answers: {
        doctor: () => ({ code: 1 }),
        'cdk drift': () => ({ code: 1, stderr: 'denied' }),
        'pulumi preview': () => ({ code: 1 }),
      },
      aws: { describeDrifts: () => Promise.reject(new Error('denied')) },
    });
    expect(message.split('\n- ').map((line) => line.slice(0, 18))).toEqual([
      'The live deploymen',
      'recordings doctor:',
      'Error: denied',
      'pulumi preview: fa',
    ]);
  });

  test('requests shared input once, and reports it once if it is missing', async () => {
    const { fake, message } = await ran(drift, root, { answers: { 'hand-over': () => ({ code: 1 }) } });
    expect(lines(fake, 'hand-over')).toHaveLength(1);
    expect(message.match(/hand-over: failed/g)).toHaveLength(1);
    expect(lines(fake, 'cdk drift')).toHaveLength(1);
  });

  test.each([
    ['says nothing', { steps: [] }],
    [
      'lists an error and a step',
      { steps: [{ op: 'update', urn: APP }], diagnostics: [{ severity: 'error', message: 'x' }] },
    ],
  ])('does not count a failed comparison that %s as done', async (_, digest) => {
    const { message } = await ran(drift, root, {
      answers: { 'pulumi preview': () => ({ code: 255, ...asJson(digest)() }) },
    });
    expect(message).toContain('pulumi preview: failed, got exit code 255.');
  });

  test('fails if nothing is live', async () => {
    const { message } = await ran(drift, root, {
      answers: { 'pulumi stack output': asJson({ registry: REGISTRY }) },
    });
    expect(message).toContain(`${STACK}: has no backend, got a stack without the outputs url and image.`);
  });

  test('does not count a failed detection as no drift', async () => {
    const { message } = await ran(drift, root, { answers: { 'cdk drift': () => ({ code: 1 }) } });
    expect(message).toContain('cdk drift: checked 1 resources, got exit code 1.');
  });

  test('does not count a detection without a checked resource as no drift', async () => {
    const { message } = await ran(drift, root, { aws: { describeDrifts: () => Promise.resolve([]) } });
    expect(message).toContain(
      'cdk drift: checked 0 resources, got exit code 0. Drift of the stack is unknown',
    );
  });

  test.each([
    ['DELETED', 'is gone'],
    ['NOT_CHECKED', 'was not checked'],
    ['UNKNOWN', 'could not be checked'],
  ] as const)('counts a resource that is %s as drift, even if the CDK does not', (status, words) => {
    const drifts = [{ ...DRIFTED, StackResourceDriftStatus: status, PropertyDifferences: [] }];
    expect(driftProblems(STACK, drifts)).toEqual([expect.stringContaining(`${words}, got ${status}.`)]);
  });

  test('does not count a resource in sync', () => {
    expect(driftProblems(STACK, [IN_SYNC])).toEqual([]);
  });
});

test("a caller who cannot assume the bootstrap's role gets an error without an ARN", async () => {
  const denied = new Error('User: arn:aws:sts::111122223333:assumed-role/check/me is not authorized');
  const { fake, message } = await ran(drift, root, { aws: { assume: () => Promise.reject(denied) } });
  expect(message).toContain("AWS: the bootstrap's lookup role cannot be assumed");
  fake.context.report.quote(message);
  expect(fake.log()).not.toContain('assumed-role/check');
});

describe('the identity that can read the recordings', () => {
  const WRITTEN = 'aaaaaaaa-0000-4000-8000-000000000001';
  const NEW = 'aaaaaaaa-0000-4000-8000-000000000002';
  const TENANT = '00000000-0000-4000-8000-000000000002';
  const checkoutFolder = checkout();
  afterAll(checkoutFolder.remove);
  const backend = { tenantId: TENANT, principalId: WRITTEN, audience: 'api://recordings' };
  const environments = { [ENVIRONMENT]: { ...CDK_JSON.context.environments[ENVIRONMENT], backend } };
  writeFileSync(path.join(checkoutFolder.root, 'cdk.json'), JSON.stringify({ context: { environments } }));
  const live = { registry: REGISTRY, url: LIVE_URL, image: IMAGE, tenantId: TENANT };

  test.each([
    ['the check of every day', drift],
    ['a deployment', deploy],
  ])('is compared with the one in Azure by %s', async (_, job) => {
    const messageFor = async (appPrincipalId: string): Promise<string> => {
      const answers = { 'pulumi stack output': asJson({ ...live, appPrincipalId }) };
      return (await ran(job, checkoutFolder.root, { answers })).message;
    };
    expect(await messageFor(WRITTEN)).toBe('nothing was refused');
    expect(await messageFor(NEW)).toContain(
      `environments.prod.backend.principalId: differs from the backend's identity, got ${WRITTEN} in cdk.json, and ${NEW} in Azure.`,
    );
  });
});
