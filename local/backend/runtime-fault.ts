import { setTimeout as pause } from 'node:timers/promises';
import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { rootClientOptions } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import { check } from '../checks';
import type { RuntimeFault } from '../faults';
import type { RecordedContext } from '../laptop-context';
import { writeLaptopEnv } from '../laptop-env';
import type { LaptopBackend } from './laptop-backend';
import type { BackendRun, PreparedBackend } from './prepare-backend';
import { grantReader } from './reader';
import { factsOf, setFaults, statusOf, type BackendConversation } from './conversation-steps';
import {
  beginCall,
  endCall,
  POLL_MS,
  REPORT_TIMEOUT_MS,
  waitForReport,
  type WatchResult,
} from './watched-calls';

/** Deploys the backend, makes a call with the fault, and waits for the watch to report it. */
export async function runWithFault(
  context: RecordedContext,
  { fakeAzure, backend, platform, image }: PreparedBackend,
  fault: RuntimeFault,
): Promise<BackendRun> {
  const { steps, simulator, emulator, request } = context;
  await steps.run('cdk deploy: identity provider and reader role', () =>
    grantReader(context, fakeAzure.directory, platform),
  );
  await steps.run('pulumi up: the backend', () => backend.deploy(image));
  await writeLaptopEnv({ ...context, fakeAzure });
  await setFaults(simulator, fault.tavus ?? {});
  const call = await steps.run('a call with the fault', async () => {
    if (fault.bucketRefuses === true) await refuseUploads(emulator, request.bucketName);
    const begun = await beginCall(simulator, backend, fault.asks);
    await endCall(simulator, backend, begun);
    return begun;
  });
  const { conversation } = call;
  const watched = await steps.run('the watch looks for the recording', () =>
    waitForJudgement(backend, conversation),
  );
  const { recording } = await statusOf(backend, conversation);
  return {
    backend,
    watched,
    checks: [
      check('watch-told', fault.cause ?? 'nothing reported', watched.reported?.cause ?? 'nothing reported'),
      check('watched-recording', 'landed', recording),
      check('watched-callbacks', 'came', backend.log().includes(CALLBACK_REQUEST) ? 'came' : 'none came'),
    ],
  };
}

/** Part of the log line of a callback's request. The callback's content is no proof: the backend also reads it from Tavus's API. */
const CALLBACK_REQUEST = '"route":"/tavus/callback/';

/** In a judgement that reports nothing. */
const FINE = ': fine';

/** Waits for the judgement of the watch and, if that is bad, for its report. */
async function waitForJudgement(
  backend: LaptopBackend,
  conversation: BackendConversation,
): Promise<WatchResult> {
  const deadline = Date.now() + REPORT_TIMEOUT_MS;
  for (;;) {
    const facts = await factsOf(backend, conversation);
    const judgement = facts.findLast((words) => words.startsWith('Watch, judgement'));
    if (judgement?.includes(FINE) === false) {
      return { judgement, reported: await waitForReport(backend, conversation) };
    }
    if (judgement !== undefined || Date.now() > deadline) return { judgement, reported: undefined };
    await pause(POLL_MS);
  }
}

const POLICY = z.looseObject({ Statement: z.array(z.unknown()) });

/** Adds a denial to the bucket policy, as an operator may do by mistake. The role stays as it was. */
async function refuseUploads(emulator: Emulator, bucket: string): Promise<void> {
  const s3 = new S3Client(rootClientOptions(emulator));
  try {
    const { Policy: text = '{"Statement": []}' } = await s3.send(
      new GetBucketPolicyCommand({ Bucket: bucket }),
    );
    const policy = POLICY.parse(JSON.parse(text));
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    };
    const changed = { ...policy, Statement: [...policy.Statement, deny] };
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(changed) }));
  } finally {
    s3.destroy();
  }
}
