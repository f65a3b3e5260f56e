import { setTimeout as pause } from 'node:timers/promises';
import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { clientOptions, rootOf } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import { check, type ReportCheck } from '../checks';
import type { RunningFault } from '../faults';
import { writeLaptopEnv } from '../laptop-env';
import type { LaptopBackend } from './laptop-backend';
import type { Prepared } from './proof';
import type { ProofContext } from './proof-context';
import { grantReader } from './reader';
import { factsOf, misbehave, statusOf, type Started } from './talk';
import { beginCall, endCall, POLL_MS, TOLD_MS, untilTold, type ToldLine } from './watched-calls';

/** What came of a call with a mistake that shows only while the backend runs. */
export interface Watched {
  readonly lines: readonly ReportCheck[];
  readonly backend: LaptopBackend;
  /** What the watch wrote down. Undefined: nothing in its time. */
  readonly judged: string | undefined;
  /** Undefined: the watch said nothing. */
  readonly told: ToldLine | undefined;
}

/** Deploys the backend, holds a call with the mistake, and waits for the words of the watch. */
export async function watchFault(
  stage: ProofContext,
  { standIn, backend, platform, image }: Prepared,
  fault: RunningFault,
): Promise<Watched> {
  const { steps, simulator, emulator, request } = stage;
  await steps.run('cdk deploy: identity provider and reader role', () =>
    grantReader(stage, standIn.directory, platform),
  );
  await steps.run('pulumi up: the backend', () => backend.deploy(image));
  await writeLaptopEnv({ ...stage, standIn });
  await misbehave(simulator, fault.tavus ?? {});
  const call = await steps.run('a call with the mistake', async () => {
    if (fault.bucketRefuses === true) await refuseUploads(emulator, request.bucketName);
    const begun = await beginCall(simulator, backend, fault.asks);
    await endCall(simulator, backend, begun);
    return begun;
  });
  const { conversation } = call;
  const { judged, told } = await steps.run('the watch looks for the recording', () =>
    untilJudged(backend, conversation),
  );
  const { recording } = await statusOf(backend, conversation);
  return {
    backend,
    judged,
    told,
    lines: [
      check(
        'simulator',
        'watch-told',
        'watch: the cause that it names',
        fault.cause ?? 'told of nothing',
        told?.cause ?? 'told of nothing',
      ),
      check('emulator', 'watched-recording', 'recording of that call', 'landed', recording),
      check(
        'simulator',
        'watched-callbacks',
        'backend: callbacks of that call',
        'came',
        backend.log().includes(CALLBACK_REQUEST) ? 'came' : 'none came',
      ),
    ],
  };
}

/** In the log line of a request; what callbacks say is also read from Tavus's own log, and then looks the same. */
const CALLBACK_REQUEST = '"route":"/tavus/callback/';

/** What the watch writes down when nothing has to be told. */
const FINE = ': fine';

/** Waits until the watch has come to a conclusion, and has told it if it is bad. */
async function untilJudged(
  backend: LaptopBackend,
  conversation: Started,
): Promise<Pick<Watched, 'judged' | 'told'>> {
  const deadline = Date.now() + TOLD_MS;
  for (;;) {
    const facts = await factsOf(backend, conversation);
    const judged = facts.findLast((words) => words.startsWith('Watch, judgement'));
    if (judged?.includes(FINE) === false) return { judged, told: await untilTold(backend, conversation) };
    if (judged !== undefined || Date.now() > deadline) return { judged, told: undefined };
    await pause(POLL_MS);
  }
}

const POLICY = z.looseObject({ Statement: z.array(z.unknown()) });

/** As an operator may do by mistake: the role is as it was, and nothing gets in any more. */
async function refuseUploads(emulator: Emulator, bucket: string): Promise<void> {
  const s3 = new S3Client(clientOptions(emulator, rootOf(emulator, emulator.account)));
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
