import { BackendClient } from '../../ops/prove/backend-client';
import { prove } from '../../ops/prove/prove';
import { StepRunner } from '../../ops/prove/steps';
import type { ReportCheck } from '../checks';
import { outputsFile } from '../deployment';
import { checkReader } from '../deployment-checks';
import type { RecordedContext } from '../laptop-context';
import { writeLaptopEnv } from '../laptop-env';
import { callbackChecks, logsCheck, outOfOrderCheck, recordingOffCheck } from './acceptance';
import { failedImageCheck, injectedCheck, platformCheck, repeatedUpCheck, stateCheck } from './azure-checks';
import type { LaptopBackend } from './laptop-backend';
import { operatorChecks } from './operator-checks';
import type { BackendRun, PreparedBackend } from './prepare-backend';
import { grantReader, readerChecks } from './reader';
import { TAVUS_KEY } from './settings';
import { beginCalls, endCalls, watchChecks } from './watched-calls';

/** Long enough for the simulator to deliver the recording. */
const TALK_SEC = 5;
const LANDING_MS = 60_000;

/**
 * Deploys the backend with the Pulumi program, in the order of a real deployment, and checks it after each step: recording
 * off, other settings, an image that does not start, and finally the usual settings.
 */
export async function proveBackend(context: RecordedContext, prepared: PreparedBackend): Promise<BackendRun> {
  const { steps, simulator, emulator, directory, request, visit } = context;
  const { fakeAzure, backend, stack, platform, image } = prepared;
  const recording = {
    s3Url: context.s3Url,
    bucket: request.bucketName,
    key: context.recordedBefore[0] ?? '',
  };
  // With recording off the backend needs nothing from AWS, so both can run together.
  const [reader, recordingOff] = await Promise.all([
    steps.run('cdk deploy: identity provider and reader role', () =>
      grantReader(context, fakeAzure.directory, platform),
    ),
    steps.run('pulumi up: the backend, recording off', async () => {
      await backend.deploy(image, { recording: false });
      return recordingOffCheck(backend, simulator);
    }),
  ]);
  const { disordered, calls } = await steps.run(
    'pulumi up: recording on; forged and out-of-order callbacks',
    async () => {
      await backend.deploy(image, { storageFormat: 'recording_storage' });
      return {
        disordered: await callbackChecks(backend, simulator),
        calls: await beginCalls(simulator, backend),
      };
    },
  );
  const failedImage = await steps.run('pulumi up: an image that does not start', () =>
    failedImageCheck(backend, platform.outputs['registry'] ?? '', directory),
  );
  await steps.run('pulumi up: the usual settings', async () => {
    await backend.deploy(image);
    // The calls began with the revision before.
    await endCalls(simulator, backend, calls);
  });
  await writeLaptopEnv({ ...context, fakeAzure });
  const [proof, repeatedUp, readerAccess] = await Promise.all([
    visit
      ? steps.run('recordings prove: talk on /qa, play on /recordings', () => proofChecks(context, backend))
      : [],
    steps.run('pulumi up: once more', async () => repeatedUpCheck(await backend.deploy(image))),
    steps.run('doctor and access tests on the reader role', async () => [
      ...(await checkReader(emulator, fakeAzure.injected(), outputsFile(context))),
      ...(await readerChecks(emulator, context.issuer, recording, reader)),
    ]),
  ]);
  const [watch, operator] = await Promise.all([
    steps.run('the watch reports missing recordings, and no others', () => watchChecks(backend, calls)),
    steps.run('recordings list, recordings reconcile', () =>
      operatorChecks({ ...context, fakeAzure }, calls),
    ),
  ]);
  const checks = [
    ...prepared.checks,
    platformCheck(platform),
    injectedCheck(backend, request.bucketName),
    failedImage,
    repeatedUp,
    await stateCheck(backend, TAVUS_KEY),
    ...readerAccess,
    ...proof,
    recordingOff,
    ...disordered.checks,
    await outOfOrderCheck(backend, disordered),
    ...watch,
    ...operator,
    logsCheck(backend, request.roleArn, disordered.callbackPath),
  ];
  return { checks, backend, stack };
}

/** Runs `recordings prove`, as a person does after a deployment. */
async function proofChecks({ signal }: RecordedContext, backend: LaptopBackend): Promise<ReportCheck[]> {
  const { url, startKey, operatorKey } = backend;
  const proof = new StepRunner(() => undefined, signal);
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
