import { ListChangeSetsCommand } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import path from 'node:path';
import { sdkCalls } from '../../../ops/deploy/aws/aws-calls';
import { deployStack } from '../../../ops/deploy/aws/deploy-stack';
import { awsDrift } from '../../../ops/deploy/aws/drift';
import { diffStack } from '../../../ops/deploy/aws/diff-stack';
import { Job } from '../../../ops/deploy/job';
import { JobReport } from '../../../ops/deploy/report';
import { runnerIn } from '../../../ops/deploy/run';
import { readValues } from '../../../ops/deploy/values/values';
import { cdkEnvironment, runCdk } from '../../../local/aws/cdk';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { OWNER, REGION, ROOT, Stacks, startTestEmulator, type TestEmulator } from '../../local/aws/support';
import { changed, checkout, ENVIRONMENT } from './fake-context';

const STACK = `TavusRecordings-${ENVIRONMENT}`;
const QUALIFIER = 'tavusrec';

let aws: TestEmulator;
let stacks: Stacks;
let env: NodeJS.ProcessEnv;
const committed = checkout();

beforeAll(async () => {
  aws = await startTestEmulator();
  stacks = new Stacks(aws.emulator);
  env = cdkEnvironment(aws.emulator, path.join(aws.directory, 'home'), process.env);
  // The SDK reads only process.env; each test file has its own copy of it.
  Object.assign(process.env, env);
  const bootstrap = ['bootstrap', `aws://${OWNER}/${REGION}`, '--qualifier', QUALIFIER];
  await runCdk({
    emulator: aws.emulator,
    args: [
      ...bootstrap,
      '--toolkit-stack-name',
      `CDKToolkit-${QUALIFIER}`,
      '--output',
      path.join(aws.directory, 'out'),
    ],
    directory: aws.directory,
    root: ROOT,
    report: () => undefined,
  });
});

afterAll(async () => {
  stacks.client.destroy();
  await aws.stop();
  committed.remove();
});

/** A job on the emulated AWS with the real command line and the given settings of an environment. */
function jobWith(settings: Readonly<Record<string, unknown>>): {
  readonly job: Job;
  readonly log: () => string;
} {
  const written: string[] = [];
  const run = runnerIn(ROOT);
  const own = ['--context', `environments=${JSON.stringify({ [ENVIRONMENT]: settings })}`];
  const elsewhere = ['--output', path.join(aws.directory, 'cdk.out')];
  const outputs = ['--outputs-file', path.join(aws.directory, 'outputs.json')];
  const more: Readonly<Record<string, readonly string[]>> = {
    deploy: [...elsewhere, ...outputs],
    drift: elsewhere,
  };
  const context = {
    env,
    root: ROOT,
    // Only ignored files are written into the project's folder.
    run: (command: Parameters<typeof run>[0]) =>
      run({ ...command, args: [...command.args, ...own, ...(more[command.args[0] ?? ''] ?? [])] }),
    aws: sdkCalls(env),
    statusOf: () => Promise.resolve(undefined),
    pause: () => Promise.resolve(),
    report: new JobReport({
      log: { write: (text: string) => written.push(text) },
      summarize: () => undefined,
      isOnGithub: true,
    }),
  };
  const values = readValues('deploy', {
    env: changed({ AWS_ACCOUNT_ID: OWNER, AWS_REGION: REGION }),
    root: committed.root,
  });
  return { job: new Job(context, values), log: () => written.join('') };
}

/** Change sets that were not executed; the emulator lists the others, too. */
const changeSets = async (): Promise<number> => {
  const { Summaries: found = [] } = await stacks.client.send(new ListChangeSetsCommand({ StackName: STACK }));
  return found.filter(({ ExecutionStatus: status }) => status !== 'EXECUTE_COMPLETE').length;
};

test('a new stack is prepared, judged and executed; the log does not contain its bucket and role', async () => {
  const { job, log } = jobWith({});
  await deployStack(job);
  expect(await stacks.settled(STACK)).toBe('CREATE_COMPLETE');
  expect(log()).toContain('✓ cdk deploy, executed');
  expect(log()).not.toMatch(/recordingsbucket[a-f\d]{8}-|TavusRole[A-F\d]{8}-/i);
});

test('without changes nothing is executed, and no change set remains', async () => {
  const { job, log } = jobWith({});
  await deployStack(job);
  expect(await stacks.settled(STACK)).toBe('CREATE_COMPLETE');
  expect(log()).not.toContain('executed');
  expect(await changeSets()).toBe(0);
});

test("a change of the bucket's name is stopped before execution, and the property is named", async () => {
  const { job, log } = jobWith({ bucketName: 'planted-bucket-name' });
  await expect(deployStack(job)).rejects.toThrow(
    // The emulator returns "Conditional" for every property of a bucket; AWS returns "True" for this one.
    /RecordingsBucket[A-F\d]{8} \(AWS::S3::Bucket\): may be replaced by a new one, .* got a change of BucketName\./,
  );
  expect(await stacks.settled(STACK)).toBe('CREATE_COMPLETE');
  expect(log()).not.toContain('executed');
  expect(await changeSets()).toBe(0);
});

test("the read-only preview stops it, too, with the CDK's own diff", async () => {
  const { job, log } = jobWith({ bucketName: 'planted-bucket-name' });
  const problems = await diffStack(job);
  expect(problems).toEqual([
    expect.stringMatching(
      /RecordingsBucket[A-F\d]{8} \(AWS::S3::Bucket\): would be replaced .* got a change of BucketName\./,
    ),
    expect.stringMatching(
      /RecordingsBucketPolicy[A-F\d]{8} \(AWS::S3::BucketPolicy\): would be replaced .* of Bucket\./,
    ),
  ]);
  expect(log()).not.toContain('planted-bucket-name');
});

test('removing a bucket from the stack is stopped, although it would be retained', async () => {
  const { job } = jobWith({ existingBucketName: 'another-bucket' });
  expect(await diffStack(job)).toContainEqual(
    expect.stringMatching(/RecordingsBucket[A-F\d]{8} \(AWS::S3::Bucket\): would leave the stack/),
  );
  await expect(deployStack(job)).rejects.toThrow(
    /RecordingsBucket[A-F\d]{8} \(AWS::S3::Bucket\): would leave the stack/,
  );
  expect(await stacks.settled(STACK)).toBe('CREATE_COMPLETE');
});

test('for the read-only preview a shorter retention is an update in place', async () => {
  const { job } = jobWith({ retentionDays: 30 });
  expect(await diffStack(job)).toEqual([]);
});

test('versioning switched off manually is drift, reported with its property', async () => {
  expect(await awsDrift(jobWith({}).job)).toEqual([]);
  const s3 = new S3Client(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)));
  try {
    const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const bucket = buckets.find(({ Name: name }) => name?.includes('recordingsbucket') === true)?.Name;
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
  } finally {
    s3.destroy();
  }
  expect(await awsDrift(jobWith({}).job)).toEqual([
    expect.stringMatching(
      /RecordingsBucket[A-F\d]{8} \(AWS::S3::Bucket\): differs from what was deployed, got MODIFIED at \/VersioningConfiguration\/Status\./,
    ),
  ]);
});
