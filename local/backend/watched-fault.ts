import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { clientOptions, rootOf } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import { check, type ReportCheck } from '../checks';
import type { RunningFault } from '../faults';
import type { LaptopBackend } from './laptop-backend';
import { makeBundle } from './laptop-backend';
import { openBackend, type ProofContext } from './proof';
import { misbehave, statusOf } from './talk';
import { beginCall, endCall, untilTold, type ToldLine } from './watched-calls';

/** What came of a call with a mistake that shows only while the backend runs. */
export interface Watched {
  readonly lines: readonly ReportCheck[];
  readonly backend: LaptopBackend;
  /** Undefined: the watch said nothing. */
  readonly told: ToldLine | undefined;
}

/** Deploys the backend, holds a call with the mistake, and waits for the words of the watch. */
export async function watchFault(stage: ProofContext, fault: RunningFault): Promise<Watched> {
  const { steps, simulator, emulator, request } = stage;
  const bundle = await steps.run('backend bundled as for production', () =>
    makeBundle(stage.root, stage.directory, stage.signal),
  );
  const { backend } = await openBackend(stage);
  await steps.run('pulumi up: platform and backend', async () => {
    const { outputs } = await backend.deployPlatform();
    await backend.deploy(await backend.push(outputs['registry'] ?? '', bundle));
  });
  await misbehave(simulator, fault.tavus ?? {});
  const call = await steps.run('a call with the mistake', async () => {
    if (fault.bucketRefuses === true) await refuseUploads(emulator, request.bucketName);
    const begun = await beginCall(simulator, backend, fault.asks);
    await endCall(simulator, backend, begun);
    return begun;
  });
  const told = await steps.run('the watch looks for the recording', () =>
    untilTold(backend, call.conversation),
  );
  const { recording } = await statusOf(backend, call.conversation);
  return {
    backend,
    told,
    lines: [
      check('simulator', 'watch-told', 'watch: the cause that it names', fault.cause, told?.cause ?? 'none'),
      check('simulator', 'watched-recording', 'recording of that call', 'announced', recording),
    ],
  };
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
