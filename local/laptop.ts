import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { testAccess } from './access-tests';
import { abortReason } from './aws/child-process';
import { clientOptions, rootOf } from './aws/clients';
import { startEmulator, type Emulator } from './aws/emulator';
import { openS3PassThrough } from './aws/s3-pass-through';
import { TENANT_ID } from './azure/cloud/addresses';
import { tokenIssuer } from './azure/identity/token-issuer';
import type { LaptopBackend } from './backend/laptop-backend';
import { preparePlatform, proveBackend, proveTrust } from './backend/proof';
import type { PlatformContext } from './backend/proof-context';
import { watchFault, type Watched } from './backend/watched-fault';
import { roomOrigin, TAVUS_KEY } from './backend/settings';
import { listenForCallbacks } from './callback-listener';
import { isRunning } from './lifetime';
import { holdConversation, type Outcome } from './conversation';
import { bootstrap, deploy, deployWithFault, outputsFile, readHandOver, type RunContext } from './deployment';
import { checkDeployment } from './deployment-checks';
import { freePort } from './free-port';
import { faultNamed, type Fault, type RequestValues } from './faults';
import { skippedChecks } from './skipped-checks';
import type { Options } from './options';
import { takeProxies } from './proxies';
import { recordingChecks } from './recording-checks';
import type { Steps } from './steps';
import { DEFAULT_REPLICA_ID } from './tavus/options';
import { startSimulator, type Simulator } from './tavus/simulator';
import { AwsCloud } from './tavus/storage/aws-cloud';
import { together } from './together';
import type { ReportCheck } from './checks';

/** An account that exists nowhere but in the emulator, in which any number is an account. */
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

/** A deployed laptop cloud with its proof. */
export interface Laptop {
  readonly emulator: Emulator;
  readonly simulator: Simulator;
  readonly directory: string;
  readonly checks: readonly ReportCheck[];
  readonly outcome: Outcome;
  /** What the backend would send to Tavus. */
  readonly request: RequestValues;
  /** Undefined in a run with a mistake, which has none. */
  readonly backend: LaptopBackend | undefined;
  /** What came of a mistake in the running system. */
  readonly watched: Watched | undefined;
  /** Who ran the Pulumi program; undefined in a run with a mistake, in which nobody does. */
  readonly pulumiRunBy: string | undefined;
  stop(): Promise<void>;
}

/**
 * Brings the whole path up and proves it: emulated AWS, `cdk bootstrap`, `cdk deploy`, the doctor, access tests, a recording.
 * Whatever was started is stopped again when a step fails or `signal` is aborted.
 */
export async function bringUp(
  options: Options,
  steps: Steps,
  root: string,
  signal: AbortSignal,
): Promise<Laptop> {
  const proxies = takeProxies();
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    const directory = await ownDirectory(root);
    // Before both clouds: one gives its tokens, the other checks them.
    const issuer = tokenIssuer(TENANT_ID);
    const frontPort = await freePort();
    const emulator = await steps.run('AWS emulator', (report) =>
      startEmulator({
        directory,
        cacheDirectory: path.join(root, '.local', 'cache'),
        account: ACCOUNT,
        region: REGION,
        frontPort,
        issuerKeys: { [issuer.issuer]: issuer.keys() },
        proxies,
        report,
        signal,
      }),
    );
    started.push(() => emulator.stop());
    const passThrough = await openS3PassThrough(emulator, frontPort);
    started.push(() => passThrough.close());
    const simulator = await steps.run('Tavus simulator', () => startTavus(emulator));
    started.push(() => simulator.close());
    const context: RunContext = { emulator, directory, root, encryption: options.encryption, signal };
    const fault = options.mistake === undefined ? undefined : faultNamed(options.mistake);
    const platform = {
      ...context,
      issuer,
      s3Url: passThrough.url,
      simulator,
      handOverFile: outputsFile(context),
      steps,
      started,
    };
    const [recorded, prepared] = await together(
      signal,
      (both) => deployAndRecord({ ...platform, signal: both }, fault),
      async (both) => {
        // With a mistake in AWS in the way a backend has nothing to add.
        if (fault !== undefined && fault.running === undefined) return undefined;
        const own = { ...platform, signal: both };
        const backend = await preparePlatform(own);
        return { backend, trust: fault === undefined ? [await proveTrust(own, backend)] : [] };
      },
    );
    const { request, outcome } = recorded;
    const recordedBefore = outcome.sent?.state === 'delivered' ? [outcome.sent.key] : [];
    const stage = { ...platform, request, recordedBefore, visit: options.once };
    const watched =
      fault?.running === undefined || prepared === undefined
        ? undefined
        : await watchFault(stage, prepared.backend, fault.running);
    const proven =
      fault === undefined && prepared !== undefined ? await proveBackend(stage, prepared.backend) : undefined;
    signal.throwIfAborted();
    return {
      emulator,
      simulator,
      directory,
      checks: [
        ...recorded.checks,
        ...(prepared?.trust ?? []),
        ...(proven?.lines ?? []),
        ...(watched?.lines ?? []),
        ...skippedChecks(proven?.stack),
      ],
      backend: proven?.backend ?? watched?.backend,
      watched,
      pulumiRunBy: proven?.stack.runBy,
      outcome,
      request,
      stop,
    };
  } catch (error) {
    await stop();
    throw signal.aborted ? abortReason(signal) : error;
  }
}

/** What AWS holds after a first deployment and a first conversation. */
interface Recorded {
  /** What the backend would send to Tavus. */
  readonly request: RequestValues;
  readonly outcome: Outcome;
  readonly checks: readonly ReportCheck[];
}

/** Deploys the stack, looks at it, and has a conversation recorded without a backend. */
async function deployAndRecord(context: PlatformContext, fault: Fault | undefined): Promise<Recorded> {
  const { emulator, encryption, simulator, steps } = context;
  await steps.run('cdk bootstrap', () => bootstrap(context));
  await steps.run(fault === undefined ? 'cdk deploy' : 'cdk deploy, with the mistake', () =>
    fault === undefined ? deploy(context) : deployWithFault(context, fault),
  );
  const { settings } = await steps.run('hand-over read from cdk-outputs.json', () => readHandOver(context));
  const deployed: RequestValues = {
    bucketName: settings.TAVUS_RECORDING_S3_BUCKET_NAME,
    bucketRegion: settings.TAVUS_RECORDING_S3_BUCKET_REGION,
    roleArn: settings.TAVUS_AWS_ASSUME_ROLE_ARN,
  };
  const request = fault?.inRequest?.(deployed) ?? deployed;
  const deployment = await steps.run('everything read back through the AWS API', () =>
    checkDeployment(emulator, request, encryption),
  );
  const access = await steps.run('role and bucket tried, rightly and wrongly', async () =>
    testAccess({
      emulator,
      ...deployed,
      otherBucket: await anotherBucket(emulator, deployed.bucketName),
    }),
  );
  const outcome = await steps.run('a conversation held and recorded', () => converse(simulator, request));
  const recording = await recordingChecks(emulator, deployed.bucketName, outcome, encryption);
  return { request, outcome, checks: [...deployment, ...access, ...recording] };
}

/** The run's own folder below .local/; those of runs that are no more are cleared away. */
async function ownDirectory(root: string): Promise<string> {
  const runs = path.join(root, '.local', 'runs');
  await mkdir(runs, { recursive: true });
  const gone = (await readdir(runs)).filter(
    (name) => !isRunning(Number(name)) || Number(name) === process.pid,
  );
  await Promise.all(gone.map((name) => rm(path.join(runs, name), { recursive: true, force: true })));
  const own = path.join(runs, String(process.pid));
  await mkdir(own);
  return own;
}

/** A bucket of the same account that is none of the role's business. */
async function anotherBucket(emulator: Emulator, bucket: string): Promise<string> {
  const s3 = new S3Client(clientOptions(emulator, rootOf(emulator, emulator.account)));
  const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
  s3.destroy();
  return buckets.find(({ Name: name }) => name !== bucket)?.Name ?? '';
}

async function startTavus(emulator: Emulator): Promise<Simulator> {
  const port = await freePort();
  return startSimulator({
    cloud: new AwsCloud({
      clientOptions: (credentials, region) => clientOptions(emulator, credentials, { region }),
      rootOf: (account) => rootOf(emulator, account),
    }),
    apiKeys: [TAVUS_KEY],
    port,
    roomBaseUrl: `${roomOrigin(`http://127.0.0.1:${port}`)}/rooms`,
    // Half a second instead of up to minutes: nobody learns anything by waiting.
    faults: { recordingReadyMs: 500, replicaJoinedMs: 100, perceptionMs: 500 },
  });
}

async function converse(simulator: Simulator, request: RequestValues): Promise<Outcome> {
  const callbacks = await listenForCallbacks();
  try {
    return await holdConversation(
      {
        apiBaseUrl: simulator.apiBaseUrl,
        control: simulator,
        apiKey: TAVUS_KEY,
        replicaId: DEFAULT_REPLICA_ID,
      },
      request,
      callbacks,
    );
  } finally {
    await callbacks.close();
  }
}
