import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { testAccess } from './access-tests';
import { rootClientOptions } from './aws/clients';
import type { Emulator } from './aws/emulator';
import { TAVUS_KEY } from './backend/settings';
import { listenForCallbacks } from './callback-listener';
import type { ReportCheck } from './checks';
import { runConversation, type ConversationOutcome } from './conversation';
import { bootstrap, deploy, deployWithFault, readHandOver } from './deployment';
import { checkDeployment } from './deployment-checks';
import type { LaptopFault, RequestValues } from './faults';
import type { LaptopContext } from './laptop-context';
import { recordingChecks } from './recording-checks';
import { DEFAULT_REPLICA_ID } from './tavus/options';
import type { Simulator } from './tavus/simulator';

/** Result of a first deployment to AWS and a first conversation. */
export interface FirstRecording {
  /** The values that the backend would send to Tavus. */
  readonly request: RequestValues;
  readonly outcome: ConversationOutcome;
  readonly checks: readonly ReportCheck[];
}

/** Deploys the stack, checks it, and records a conversation without a backend. */
export async function recordWithoutBackend(
  context: LaptopContext,
  fault: LaptopFault | undefined,
): Promise<FirstRecording> {
  const { emulator, encryption, simulator, steps } = context;
  await steps.run('cdk bootstrap', () => bootstrap(context));
  await steps.run(fault === undefined ? 'cdk deploy' : 'cdk deploy, with the fault', () =>
    fault === undefined ? deploy(context) : deployWithFault(context, fault),
  );
  const { settings } = await steps.run('hand-over read from cdk-outputs.json', () => readHandOver(context));
  const deployed: RequestValues = {
    bucketName: settings.TAVUS_RECORDING_S3_BUCKET_NAME,
    bucketRegion: settings.TAVUS_RECORDING_S3_BUCKET_REGION,
    roleArn: settings.TAVUS_AWS_ASSUME_ROLE_ARN,
  };
  const request = fault?.inRequest?.(deployed) ?? deployed;
  const deployment = await steps.run('recordings doctor on bucket, role and key', () =>
    checkDeployment(emulator, request, encryption),
  );
  const access = await steps.run('access tests of role and bucket', async () =>
    testAccess({
      emulator,
      ...deployed,
      otherBucket: await findOtherBucket(emulator, deployed.bucketName),
    }),
  );
  const outcome = await steps.run('a recorded conversation', () => converse(simulator, request));
  const recording = await recordingChecks(emulator, deployed.bucketName, outcome, encryption);
  return { request, outcome, checks: [...deployment, ...access, ...recording] };
}

/** Another bucket of the same account. */
async function findOtherBucket(emulator: Emulator, bucket: string): Promise<string> {
  const s3 = new S3Client(rootClientOptions(emulator));
  const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
  s3.destroy();
  return buckets.find(({ Name: name }) => name !== bucket)?.Name ?? '';
}

async function converse(simulator: Simulator, request: RequestValues): Promise<ConversationOutcome> {
  const callbacks = await listenForCallbacks();
  try {
    return await runConversation(
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
