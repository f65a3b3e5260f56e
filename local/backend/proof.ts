import type { TokenIssuer } from '../azure/identity/token-issuer';
import { openStack } from '../azure/stack/open-stack';
import { BACKEND_PROJECT, TRUST_PROJECT, type StackProject } from '../azure/stack/projects';
import type { LaptopStack } from '../azure/stack/stack';
import { NO_FILE } from '../aws/cdk';
import type { Directory } from '../azure/identity/directory';
import { startStandInAzure } from '../azure/stand-in';
import { Backend } from '../../ops/prove/backend';
import { prove } from '../../ops/prove/prove';
import { Steps as ProofSteps } from '../../ops/prove/steps';
import type { RunContext } from '../deployment';
import { freePort } from '../free-port';
import type { RequestValues } from '../faults';
import type { Steps } from '../steps';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import { callbackChecks, logsCheck, offCheck } from './acceptance';
import {
  againCheck,
  injectedCheck,
  platformCheck,
  refusalCheck,
  stateCheck,
  trustCheck,
} from './azure-checks';
import { LaptopBackend, makeBundle } from './laptop-backend';
import { grantReader, readerChecks } from './reader';
import { TAVUS_KEY } from './settings';
import { beginCalls, endCalls, watchChecks } from './watched-calls';

/** Longer than what is too short to be delivered is not needed here. */
const TALK_SEC = 5;
const LANDING_MS = 60_000;

/** Where the proof takes place, and how much of it is wanted. */
export interface ProofContext extends RunContext {
  /** Of the tokens of the laptop's Azure, which the emulator takes. */
  readonly issuer: TokenIssuer;
  /** S3 of the emulator, as the backend and a person's browser reach it. */
  readonly s3Url: string;
  readonly simulator: Simulator;
  /** What `cdk deploy` wrote. */
  readonly handOverFile: string;
  /** What it says. */
  readonly request: RequestValues;
  readonly steps: Steps;
  /** Also drive /qa by a headless browser, instead of leaving it to a person. */
  readonly visit: boolean;
  /** Takes what has to be stopped in the end. */
  readonly started: (() => Promise<void>)[];
}

/** A backend that is up as it would be used, and what was seen on the way there. */
interface Proven {
  readonly lines: readonly ReportCheck[];
  readonly backend: LaptopBackend;
  readonly stack: LaptopStack;
}

/**
 * Deploys the backend by the Pulumi program alone, in the order of a real deployment, and tries it on the way: the
 * platform, recording off, other settings, an image that doesn't start, and in the end the one that people use.
 */
export async function proveBackend(stage: ProofContext): Promise<Proven> {
  const { steps, simulator, directory, request, visit } = stage;
  const bundle = await steps.run('backend bundled as for production', () =>
    makeBundle(stage.root, directory, stage.signal),
  );
  const { backend, stack, trust, entra } = await openBackend(stage);
  const trusted = await steps.run('pulumi preview, up, up: the trust for GitHub', () => trustCheck(trust));
  const platform = await steps.run('pulumi up: the platform, without an image', () =>
    backend.deployPlatform(),
  );
  const reader = await steps.run('cdk deploy: identity provider and reader role', () =>
    grantReader(stage, entra, platform),
  );
  const registry = platform.outputs['registry'] ?? '';
  const image = await backend.push(registry, bundle);
  const off = await steps.run('pulumi up: the backend, recording off', async () => {
    await backend.deploy(image, { recording: false });
    return offCheck(backend, simulator);
  });
  const {
    lines: callbacks,
    callbackPath,
    calls,
  } = await steps.run('pulumi up: recording on; disordered and forged callbacks', async () => {
    await backend.deploy(image, { storageFormat: 'recording_storage' });
    const checks = await callbackChecks(backend, simulator);
    return { ...checks, calls: await beginCalls(simulator, backend) };
  });
  const refusal = await steps.run('pulumi up: an image that does not start', () =>
    refusalCheck(backend, registry, directory),
  );
  const again = await steps.run('pulumi up: as people use it, and once more', async () => {
    await backend.deploy(image);
    // They began with the revision before.
    await endCalls(simulator, backend, calls);
    return againCheck(await backend.deploy(image));
  });
  const visited = visit
    ? await steps.run('recordings prove: a browser talks on /qa, and plays its recording', () =>
        proofChecks(stage, backend),
      )
    : [];
  const watched = await steps.run('the watch tells of what is missing, and takes back what was late', () =>
    watchChecks(backend, calls),
  );
  const lines = [
    trusted,
    platformCheck(platform),
    injectedCheck(backend, request.bucketName),
    refusal,
    again,
    await stateCheck(backend, TAVUS_KEY),
    ...(await readerChecks(stage.emulator, stage.issuer, request.bucketName, reader)),
    ...visited,
    off,
    ...callbacks,
    ...watched,
    logsCheck(backend, request.roleArn, callbackPath),
  ];
  return { lines, backend, stack };
}

/** The laptop's Azure with nothing in it, and the backend that is to be deployed into it. */
export async function openBackend(
  stage: ProofContext,
): Promise<Pick<Proven, 'backend' | 'stack'> & { readonly trust: LaptopStack; readonly entra: Directory }> {
  const { root, directory, signal, simulator, handOverFile, emulator, issuer, s3Url, started } = stage;
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
  const { controlUrl, token, directory: entra } = standIn;
  const open = (project: StackProject): Promise<LaptopStack> =>
    openStack({ root, directory, controlUrl, token, signal, project });
  const stack = await open(BACKEND_PROJECT);
  const trust = await open(TRUST_PROJECT);
  const publicBaseUrl = `http://localhost:${port}`;
  const inputs = { simulator, handOverFile, account: emulator.account, publicBaseUrl };
  return { backend: new LaptopBackend(standIn, stack, inputs), stack, trust, entra };
}

/** `recordings prove`, as a person who has deployed runs it. */
async function proofChecks({ signal }: ProofContext, backend: LaptopBackend): Promise<ReportCheck[]> {
  const { url, startKey, operatorKey } = backend;
  const proof = new ProofSteps(() => undefined, signal);
  await prove(
    {
      backend: new Backend(url, { startKey, operatorKey, token: undefined }),
      talkSec: TALK_SEC,
      mostMs: LANDING_MS,
      signal,
      progress: () => undefined,
    },
    proof,
  );
  return proof.results.map(({ id, about, status, found }) =>
    check(
      'simulator',
      `prove-${id}`,
      `recordings prove: ${about}`,
      'passed',
      status === 'passed' ? 'passed' : found,
    ),
  );
}
