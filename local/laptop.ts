import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { abortReason } from './aws/child-process';
import { clientOptions, rootOf } from './aws/clients';
import { startEmulator, type Emulator } from './aws/emulator';
import type { Backend } from './backend/laptop-backend';
import { proveBackend } from './backend/proof';
import { roomOrigin, TAVUS_KEY } from './backend/settings';
import { listenForCallbacks } from './callback-listener';
import { isRunning } from './is-running';
import { holdConversation, type Outcome } from './conversation';
import {
  bootstrap,
  deploy,
  deployWithMistake,
  outputsFile,
  readHandOver,
  STACK,
  type Workplace,
} from './deployment';
import { freePort } from './free-port';
import { mistakeNamed, type RequestValues } from './mistakes';
import { notHere } from './not-here';
import type { Options } from './options';
import { probe } from './probes';
import { bucketNames, describeStack } from './read-back/deployed-stack';
import { readBackStack } from './read-back/stack';
import { recordingLines } from './recording-lines';
import type { Steps } from './steps';
import { DEFAULT_REPLICA_ID } from './tavus/options';
import { startSimulator, type Simulator } from './tavus/simulator';
import { AwsCloud } from './tavus/storage/aws-cloud';
import { compared, type Line } from './verdict';

/** An account that exists nowhere but in the emulator, in which any number is an account. */
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

/** A deployed laptop cloud with its proof. */
export interface Laptop {
  readonly emulator: Emulator;
  readonly simulator: Simulator;
  readonly directory: string;
  readonly lines: readonly Line[];
  readonly outcome: Outcome;
  /** What the backend would send to Tavus. */
  readonly request: RequestValues;
  /** Undefined in a run with a mistake, which has none. */
  readonly backend: Backend | undefined;
  /** Who ran the Pulumi program; undefined in a run with a mistake, in which nobody does. */
  readonly pulumiRunBy: string | undefined;
  stop(): Promise<void>;
}

/**
 * Brings the whole path up and proves it: emulated AWS, `cdk bootstrap`, `cdk deploy`, read-back, probes, a recording.
 * Whatever was started is stopped again when a step fails or `signal` is aborted.
 */
export async function bringUp(
  options: Options,
  steps: Steps,
  root: string,
  signal: AbortSignal,
): Promise<Laptop> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    const directory = await ownDirectory(root);
    const emulator = await steps.run('AWS emulator', (report) =>
      startEmulator({
        directory,
        cacheDirectory: path.join(root, '.local', 'cache'),
        account: ACCOUNT,
        region: REGION,
        report,
        signal,
      }),
    );
    started.push(() => emulator.stop());
    const place: Workplace = { emulator, directory, root, encryption: options.encryption, signal };
    const mistake = options.mistake === undefined ? undefined : mistakeNamed(options.mistake);

    await steps.run('cdk bootstrap', () => bootstrap(place));
    const template = await steps.run(
      mistake === undefined ? 'cdk deploy' : 'cdk deploy, with the mistake',
      () => (mistake === undefined ? deploy(place) : deployWithMistake(place, mistake)),
    );
    const { settings } = await steps.run('hand-over read from cdk-outputs.json', () => readHandOver(place));
    const deployed: RequestValues = {
      bucketName: settings.TAVUS_RECORDING_S3_BUCKET_NAME,
      bucketRegion: settings.TAVUS_RECORDING_S3_BUCKET_REGION,
      roleArn: settings.TAVUS_AWS_ASSUME_ROLE_ARN,
    };
    const request = mistake?.inRequest?.(deployed) ?? deployed;
    const stack = await describeStack(emulator, STACK);
    const readBack = await steps.run('everything read back through the AWS API', () =>
      readBackStack(emulator, stack, template),
    );
    const probes = await steps.run('role and bucket tried, rightly and wrongly', () =>
      probe({
        emulator,
        ...deployed,
        otherBucket: bucketNames(stack).find((name) => name !== deployed.bucketName) ?? '',
      }),
    );
    const simulator = await steps.run('Tavus simulator', () => startTavus(emulator));
    started.push(() => simulator.close());
    const outcome = await steps.run('a conversation held and recorded', () => converse(simulator, request));
    const recording = await recordingLines(emulator, deployed.bucketName, outcome, options.encryption);
    // With a mistake in the way a backend has nothing to add.
    const proven =
      mistake === undefined
        ? await proveBackend({
            emulator,
            simulator,
            root,
            directory,
            handOverFile: outputsFile(place),
            request,
            steps,
            signal,
            visit: options.once,
            started,
          })
        : undefined;
    signal.throwIfAborted();
    return {
      emulator,
      simulator,
      directory,
      lines: [
        ...readBack,
        ...probes,
        requestLine(deployed, request),
        ...recording,
        ...(proven?.lines ?? []),
        ...notHere(proven?.stack),
      ],
      backend: proven?.backend,
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

/** Whether the backend says where the bucket really is: nobody else compares the two. */
const requestLine = (deployed: RequestValues, request: RequestValues): Line =>
  compared({
    id: 'request-region',
    checked: 'request: region of the bucket',
    expected: deployed.bucketRegion,
    found: request.bucketRegion,
    enforcedBy: 'simulator',
  });

async function startTavus(emulator: Emulator): Promise<Simulator> {
  const port = await freePort();
  return startSimulator({
    cloud: new AwsCloud({
      clientOptions: (credentials, region) => clientOptions(emulator, credentials, { region }),
      rootOf: (account) => rootOf(emulator, account),
    }),
    apiKeys: [TAVUS_KEY],
    keysOutOfCredits: [],
    port,
    roomBaseUrl: `${roomOrigin(`http://127.0.0.1:${port}`)}/rooms`,
    // Half a second instead of up to minutes: nobody learns anything by waiting.
    switches: { recordingReadyMs: 500, replicaJoinedMs: 100, perceptionMs: 500 },
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
