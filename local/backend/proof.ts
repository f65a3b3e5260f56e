import { openStack } from '../azure/stack/open-stack';
import { BACKEND_PROJECT, TRUST_PROJECT, type StackProject } from '../azure/stack/projects';
import type { Deployed, LaptopStack } from '../azure/stack/stack';
import { NO_FILE } from '../aws/owner-environment';
import { startStandInAzure, type RunningStandIn } from '../azure/stand-in';
import { BackendClient } from '../../ops/prove/backend-client';
import { prove } from '../../ops/prove/prove';
import { StepRunner as ProofSteps } from '../../ops/prove/steps';
import { checkReader } from '../deployment-checks';
import { freePort } from '../free-port';
import { writeLaptopEnv } from '../laptop-env';
import type { ReportCheck } from '../checks';
import { callbackChecks, disorderedCheck, logsCheck, offCheck } from './acceptance';
import {
  againCheck,
  injectedCheck,
  platformCheck,
  refusalCheck,
  stateCheck,
  trustCheck,
} from './azure-checks';
import { LaptopBackend, makeBundle } from './laptop-backend';
import { operatorChecks } from './operator-checks';
import type { PlatformContext, ProofContext } from './proof-context';
import { grantReader, readerChecks } from './reader';
import { TAVUS_KEY } from './settings';
import { beginCalls, endCalls, watchChecks } from './watched-calls';

/** Longer than what is too short to be delivered is not needed here. */
const TALK_SEC = 5;
const LANDING_MS = 60_000;

/** The laptop's Azure with the platform in it, and what the backend is deployed by. */
export interface Prepared {
  readonly standIn: RunningStandIn;
  readonly stack: LaptopStack;
  readonly backend: LaptopBackend;
  /** What `pulumi up` without an image put out. */
  readonly platform: Deployed;
  /** The pushed bundle. */
  readonly image: string;
}

/** A backend that is up as it would be used, and what was seen on the way there. */
interface Proven {
  readonly lines: readonly ReportCheck[];
  readonly backend: LaptopBackend;
  readonly stack: LaptopStack;
}

/** Everything that a deployment needs before AWS has handed anything over. */
export async function preparePlatform(stage: PlatformContext): Promise<Prepared> {
  const { steps, root, directory, signal } = stage;
  const bundle = await steps.run('backend bundled as for production', () =>
    makeBundle(root, directory, signal),
  );
  const { standIn, backend, stack } = await openBackend(stage);
  const platform = await steps.run('pulumi up: the platform, without an image', () =>
    backend.deployPlatform(),
  );
  const image = await backend.push(platform.outputs['registry'] ?? '', bundle);
  return { standIn, backend, stack, platform, image };
}

/** The trust for GitHub, which is deployed once, before everything else, and has no part in the rest. */
export async function proveTrust(stage: PlatformContext, { standIn }: Prepared): Promise<ReportCheck> {
  const trust = await openStackOf(stage, standIn, TRUST_PROJECT);
  return stage.steps.run('pulumi preview, up, up: the trust for GitHub', () => trustCheck(trust));
}

/**
 * Deploys the backend by the Pulumi program alone, in the order of a real deployment, and tries it on the way: recording
 * off, other settings, an image that doesn't start, and in the end the one that people use.
 */
export async function proveBackend(stage: ProofContext, prepared: Prepared): Promise<Proven> {
  const { steps, simulator, emulator, directory, request, visit } = stage;
  const { standIn, backend, stack, platform, image } = prepared;
  const recording = { s3Url: stage.s3Url, bucket: request.bucketName, key: stage.recordedBefore[0] ?? '' };
  // Without recording the backend needs nothing of AWS.
  const [reader, off] = await Promise.all([
    steps.run('cdk deploy: identity provider and reader role', () =>
      grantReader(stage, standIn.directory, platform),
    ),
    steps.run('pulumi up: the backend, recording off', async () => {
      await backend.deploy(image, { recording: false });
      return offCheck(backend, simulator);
    }),
  ]);
  const { calledBack, calls } = await steps.run(
    'pulumi up: recording on; disordered and forged callbacks',
    async () => {
      await backend.deploy(image, { storageFormat: 'recording_storage' });
      return {
        calledBack: await callbackChecks(backend, simulator),
        calls: await beginCalls(simulator, backend),
      };
    },
  );
  const refusal = await steps.run('pulumi up: an image that does not start', () =>
    refusalCheck(backend, platform.outputs['registry'] ?? '', directory),
  );
  await steps.run('pulumi up: as people use it', async () => {
    await backend.deploy(image);
    // They began with the revision before.
    await endCalls(simulator, backend, calls);
  });
  await writeLaptopEnv({ ...stage, standIn });
  const [visited, again, read] = await Promise.all([
    visit
      ? steps.run('recordings prove: a browser talks on /qa, and plays its recording', () =>
          proofChecks(stage, backend),
        )
      : [],
    steps.run('pulumi up: once more', async () => againCheck(await backend.deploy(image))),
    steps.run('the doctor on the reader role; tokens and links that must be refused', async () => [
      ...(await checkReader(emulator, standIn.injected(), stage.handOverFile)),
      ...(await readerChecks(emulator, stage.issuer, recording, reader)),
    ]),
  ]);
  const [watched, operated] = await Promise.all([
    steps.run('the watch tells of what is missing, and of nothing else', () => watchChecks(backend, calls)),
    steps.run('recordings list, recordings reconcile', () => operatorChecks({ ...stage, standIn }, calls)),
  ]);
  const lines = [
    platformCheck(platform),
    injectedCheck(backend, request.bucketName),
    refusal,
    again,
    await stateCheck(backend, TAVUS_KEY),
    ...read,
    ...visited,
    off,
    ...calledBack.lines,
    await disorderedCheck(backend, calledBack),
    ...watched,
    ...operated,
    logsCheck(backend, request.roleArn, calledBack.callbackPath),
  ];
  return { lines, backend, stack };
}

/** The laptop's Azure with nothing in it, and the backend that is to be deployed into it. */
async function openBackend(stage: PlatformContext): Promise<Pick<Prepared, 'backend' | 'stack' | 'standIn'>> {
  const { directory, simulator, handOverFile, emulator, issuer, s3Url, started } = stage;
  const port = await freePort();
  const standIn = await startStandInAzure({
    directory,
    issuer,
    ingressPort: port,
    aws: {
      certificatePem: emulator.certificatePem,
      environment: {
        AWS_ENDPOINT_URL_S3: s3Url,
        AWS_ENDPOINT_URL_STS: emulator.endpoint,
        // A container has no home in which a person's settings would be.
        AWS_CONFIG_FILE: NO_FILE,
        AWS_SHARED_CREDENTIALS_FILE: NO_FILE,
      },
    },
  });
  started.push(() => standIn.stop());
  const stack = await openStackOf(stage, standIn, BACKEND_PROJECT);
  const publicBaseUrl = `http://localhost:${port}`;
  const inputs = { simulator, handOverFile, account: emulator.account, publicBaseUrl };
  return { standIn, stack, backend: new LaptopBackend(standIn, stack, inputs) };
}

const openStackOf = (
  { root, directory, signal }: PlatformContext,
  { controlUrl, token }: RunningStandIn,
  project: StackProject,
): Promise<LaptopStack> => openStack({ root, directory, controlUrl, token, signal, project });

/** `recordings prove`, as a person who has deployed runs it. */
async function proofChecks({ signal }: ProofContext, backend: LaptopBackend): Promise<ReportCheck[]> {
  const { url, startKey, operatorKey } = backend;
  const proof = new ProofSteps(() => undefined, signal);
  await prove(
    {
      backend: new BackendClient(url, { startKey, operatorKey, token: undefined }),
      talkSec: TALK_SEC,
      mostMs: LANDING_MS,
      signal,
      progress: () => undefined,
    },
    proof,
  );
  return proof.results.map(({ id, about, status, expected, found }) => ({
    id: `prove-${id}`,
    checked: `recordings prove: ${about}`,
    expected,
    found,
    state: status === 'passed' ? 'passed' : 'failed',
    enforcedBy: 'simulator',
  }));
}
