import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { driftProblems } from '../../../ops/deploy/aws/drift';
import { drift } from '../../../ops/deploy/drift';
import { preview } from '../../../ops/deploy/preview';
import type { Outside } from '../../../ops/deploy/outside';
import { asJson, checkout, DIGEST, IN_SYNC, REGISTRY, type World, worldIn, type WorldOptions } from './world';

const { root, remove } = checkout();
afterAll(remove);

const STACK = 'TavusRecordings-prod';
const IMAGE = `${REGISTRY}/tavus-recordings@${DIGEST}`;
const RENAMED = `[~] AWS::S3::Bucket RecordingsBucket RecordingsBucketAA52F499 replace
 ├─ [+] BucketName (requires replacement)
 │   └─ planted-bucket-name
`;
const VAULT = 'urn:pulumi:prod::p::c$azure-native:keyvault:Vault::platform-vault';
const APP = 'urn:pulumi:prod::p::c$azure-native:app:ContainerApp::backend';

async function ran(
  script: (outside: Outside) => Promise<void>,
  options: WorldOptions,
): Promise<{ readonly world: World; readonly message: string }> {
  const world = worldIn(root, options);
  const error: unknown = await script(world.outside).then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  return { world, message: error instanceof Error ? error.message : String(error) };
}

const lines = (world: World, beginning: string): string[] =>
  world.done().filter((line) => line.startsWith(beginning));

describe('preview', () => {
  test('looks at both clouds with what is live, as who only looks', async () => {
    const { world, message } = await ran(preview, {});
    expect(message).toBe('nothing was refused');
    expect(world.done()).toEqual([
      `cdk diff ${STACK} --method template --fail-on destructive --context @aws-cdk/core:bootstrapQualifier=tavusrec --no-notices --no-color`,
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
    expect(lines(world, 'pulumi up')).toEqual([]);
  });

  test('stops at what would be lost in either cloud, and names both', async () => {
    const { world, message } = await ran(preview, {
      answers: {
        'cdk diff': () => ({ code: 1, stdout: RENAMED }),
        'pulumi preview': asJson({ steps: [{ op: 'delete', urn: VAULT }] }),
      },
    });
    expect(message).toContain(
      'RecordingsBucketAA52F499 (AWS::S3::Bucket): would be replaced by a new one, got a change of BucketName.',
    );
    expect(message).toContain('platform-vault (azure-native:keyvault:Vault): would not stay, got delete.');
    expect(world.log() + world.summary()).not.toContain('planted-bucket-name');
    expect(world.summary()).toContain('| `RecordingsBucketAA52F499` | AWS::S3::Bucket | replaced |');
  });

  test('stops when the CDK says so, also where its words are not understood', async () => {
    const { message, world } = await ran(preview, {
      answers: { 'cdk diff': () => ({ code: 1, stderr: 'Need to perform AWS calls' }) },
    });
    expect(message).toContain('cdk diff: failed, got exit code 1. Nobody knows what a deployment would do.');
    expect(world.log()).toContain('  │ Need to perform AWS calls');
  });

  test('before there is a backend it previews the platform, and asks for no hand-over', async () => {
    const { world, message } = await ran(preview, { answers: { 'pulumi stack output': asJson({}) } });
    expect(message).toBe('nothing was refused');
    expect(lines(world, 'hand-over')).toEqual([]);
    expect(lines(world, 'pulumi config set-all')[0]).not.toContain('image=');
  });

  test('after a deployment that was rolled back it goes on, says so and leaves Azure out', async () => {
    const { world, message } = await ran(preview, {
      answers: { 'hand-over': () => ({ code: 1, stderr: 'UPDATE_ROLLBACK_COMPLETE' }) },
    });
    expect(message).toBe('nothing was refused');
    expect(world.summary()).toContain('Not previewed');
    expect(lines(world, 'pulumi preview')).toEqual([]);
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

  test('is content when all three are', async () => {
    const { world, message } = await ran(drift, {});
    expect(message).toBe('nothing was refused');
    expect(lines(world, 'doctor')).toHaveLength(1);
    expect(lines(world, 'cdk drift')).toHaveLength(1);
    expect(lines(world, 'pulumi preview --json --refresh --expect-no-changes')).toHaveLength(1);
    expect(world.summary()).toContain('### No drift');
  });

  test('all three look also when each before it found something', async () => {
    const { message } = await ran(drift, {
      answers: {
        doctor: () => ({
          code: 1,
          ...asJson({ totals: {}, checks: [{ id: 'role', status: 'fail', found: 'x', fix: null }] })(),
        }),
        'cdk drift': () => ({ code: 1 }),
        'pulumi preview': () => ({ code: 255, ...asJson({ steps: [{ op: 'update', urn: APP }] })() }),
      },
      cloud: { describeDrifts: () => Promise.resolve([DRIFTED]) },
    });
    expect(message.split('\n- ')).toEqual([
      'What is live is not as it should be:',
      expect.stringContaining('recordings doctor: is not content, got exit code 1 (role).'),
      expect.stringContaining(
        'RecordingsBucketAA52F499 (AWS::S3::Bucket): is not as it was deployed, got MODIFIED at /VersioningConfiguration/Status.',
      ),
      expect.stringContaining(
        'backend (azure-native:app:ContainerApp): is not as the program makes it, got update.',
      ),
    ]);
    expect(message).not.toContain('planted');
  });

  test('all three look also when each before it could not look', async () => {
    const { message } = await ran(drift, {
      answers: {
        doctor: () => ({ code: 1 }),
        'cdk drift': () => ({ code: 1, stderr: 'denied' }),
        'pulumi preview': () => ({ code: 1 }),
      },
      cloud: { describeDrifts: () => Promise.reject(new Error('denied')) },
    });
    expect(message.split('\n- ').map((line) => line.slice(0, 18))).toEqual([
      'What is live is no',
      'recordings doctor:',
      'Error: denied',
      'pulumi preview: fa',
    ]);
  });

  test('what two of them need is asked for once, and named once when it is not to be had', async () => {
    const { world, message } = await ran(drift, { answers: { 'hand-over': () => ({ code: 1 }) } });
    expect(lines(world, 'hand-over')).toHaveLength(1);
    expect(message.match(/hand-over: failed/g)).toHaveLength(1);
    expect(lines(world, 'cdk drift')).toHaveLength(1);
  });

  test.each([
    ['says nothing', { steps: [] }],
    [
      'names an error beside a step',
      { steps: [{ op: 'update', urn: APP }], diagnostics: [{ severity: 'error', message: 'x' }] },
    ],
  ])('a comparison that failed and %s is not taken for one that was made', async (_, digest) => {
    const { message } = await ran(drift, {
      answers: { 'pulumi preview': () => ({ code: 255, ...asJson(digest)() }) },
    });
    expect(message).toContain('pulumi preview: failed, got exit code 255.');
  });

  test('where nothing is live it fails', async () => {
    const { message } = await ran(drift, {
      answers: { 'pulumi stack output': asJson({ registry: REGISTRY }) },
    });
    expect(message).toContain(`${STACK}: has no backend, got a stack without the outputs url and image.`);
  });

  test('a detection that failed is not taken for none', async () => {
    const { message } = await ran(drift, { answers: { 'cdk drift': () => ({ code: 1 }) } });
    expect(message).toContain('cdk drift: looked at 1 resources, got exit code 1.');
  });

  test('a detection that looked at nothing is not taken for one that found nothing', async () => {
    const { message } = await ran(drift, { cloud: { describeDrifts: () => Promise.resolve([]) } });
    expect(message).toContain('cdk drift: looked at 0 resources, got exit code 0. Nobody knows');
  });

  test.each([
    ['DELETED', 'is gone'],
    ['NOT_CHECKED', 'was not looked at'],
    ['UNKNOWN', 'could not be looked at'],
  ] as const)('a resource that is %s counts as drift, though the CDK may not count it', (status, words) => {
    const drifts = [{ ...DRIFTED, StackResourceDriftStatus: status, PropertyDifferences: [] }];
    expect(driftProblems(STACK, drifts)).toEqual([expect.stringContaining(`${words}, got ${status}.`)]);
  });

  test('one in sync does not', () => {
    expect(driftProblems(STACK, [IN_SYNC])).toEqual([]);
  });
});

test('who may not become the role of the bootstrap is told so, without an ARN', async () => {
  const denied = new Error('User: arn:aws:sts::111122223333:assumed-role/check/me is not authorized');
  const { world, message } = await ran(drift, { cloud: { assume: () => Promise.reject(denied) } });
  expect(message).toContain("AWS: the bootstrap's lookup role cannot be assumed");
  world.outside.report.quote(message);
  expect(world.log()).not.toContain('assumed-role/check');
});
