import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { defined } from '../contract/defined';
import { LAPTOP_ENVIRONMENT, stackName, type HandOver } from '../contract/hand-over';
import { outputId } from '../contract/names';
import { problem, ProblemsError } from '../contract/problem';
import { Backend } from './backend';
import { readConfig, type BackendConfig, type ProgramConfig, type RecordingSource } from './config';
import type { ConfigSource } from './config-source';
import { readHandOver } from './hand-over-file';
import { Platform } from './platform';

/** What `pulumi stack output` answers; nothing in it is secret. Those of the backend are missing while there is none. */
export interface Outputs {
  readonly registry: pulumi.Output<string>;
  /** With {@link appPrincipalId} what `backend` of cdk.json names: whose tokens AWS lets read the bucket. */
  readonly tenantId: pulumi.Output<string>;
  readonly appClientId: pulumi.Output<string>;
  readonly appPrincipalId: pulumi.Output<string>;
  readonly pullPrincipalId: pulumi.Output<string>;
  readonly url?: pulumi.Output<string>;
  readonly qaUrl?: pulumi.Output<string>;
  /** What runs, by digest; for whoever compares without having deployed. */
  readonly image?: string;
}

/** Configuration and hand-over, checked before the first resource. */
interface Inputs {
  readonly config: ProgramConfig;
  readonly recording: RecordingSource | undefined;
  readonly handOver: HandOver | undefined;
}

/**
 * Checks everything, then declares the platform, and with an image the backend.
 *
 * @param rootDirectory where Pulumi.yaml is
 * @throws RunError with all problems at once, before any resource
 */
export function recordingsBackend(source: ConfigSource, stack: string, rootDirectory: string): Outputs {
  const inputs = readInputs(source, stack, rootDirectory);
  warn(inputs);
  const { config, handOver } = inputs;
  const platform = new Platform('platform', config);
  const backend =
    config.backend === undefined
      ? undefined
      : new Backend('backend', { config: config.backend, platform, handOver });
  return {
    registry: platform.registry.loginServer,
    tenantId: platform.tenantId,
    appClientId: platform.appIdentity.clientId,
    appPrincipalId: platform.appIdentity.principalId,
    pullPrincipalId: platform.pullIdentity.principalId,
    // Not as undefined: Pulumi warns of each output that is.
    ...defined({
      url: backend?.url,
      qaUrl: backend && pulumi.interpolate`${backend.url}/qa`,
      image: config.backend?.image,
    }),
  };
}

function readInputs(source: ConfigSource, stack: string, rootDirectory: string): Inputs {
  const { problems, recording, config } = readConfig(source, stack);
  const read = recording === undefined ? {} : tryHandOver(recording, stack, rootDirectory);
  const all = [...problems, ...(read.problems ?? [])];
  if (all.length === 0) return { config: config(), recording, handOver: read.handOver };
  const title = `The stack ${stack} cannot be deployed; nothing was changed`;
  const { message } = new ProblemsError(all, { title });
  // A RunError is shown without a stack trace.
  throw new pulumi.RunError(message);
}

function tryHandOver(
  recording: RecordingSource,
  environment: string,
  rootDirectory: string,
): { readonly handOver?: HandOver; readonly problems?: readonly string[] } {
  const file = path.resolve(rootDirectory, recording.handOverFile);
  // A configuration that says so without really being the laptop's has its own problem.
  const acceptLaptop = environment === LAPTOP_ENVIRONMENT;
  try {
    return { handOver: readHandOver({ ...recording, file, environment, acceptLaptop }) };
  } catch (error) {
    if (error instanceof ProblemsError) return { problems: error.problems };
    throw error;
  }
}

function warn({ config: { backend }, recording, handOver }: Inputs): void {
  if (backend !== undefined && backend.alertEmail === undefined) {
    void pulumi.log.warn(
      problem({
        name: 'alertEmail',
        wrong: 'missing',
        got: 'nothing',
        why: 'Alerts are made, and nobody is told.',
        fix: 'Run `pulumi config set alertEmail operations@example.com`.',
      }),
    );
  }
  if (recording !== undefined && recording.awsAccount === undefined) {
    void pulumi.log.warn(
      problem({
        name: 'awsAccount',
        wrong: 'missing',
        got: 'nothing',
        why: 'A hand-over of another AWS account would not be noticed.',
        fix: 'Run `pulumi config set awsAccount <account>`.',
      }),
    );
  }
  if (backend !== undefined && handOver !== undefined) warnOfHalfAccess(backend, handOver);
}

/** Either half alone does nothing, so who made one wanted both. Neither is a choice. */
function warnOfHalfAccess({ settings }: BackendConfig, handOver: HandOver): void {
  const hasAudience = settings.AWS_WEB_IDENTITY_AUDIENCE !== undefined;
  const hasRole = handOver.settings.RECORDINGS_READER_ROLE_ARN !== undefined;
  if (hasAudience === hasRole) return;
  const why = 'The backend cannot read the bucket, so it only knows what Tavus announces.';
  void pulumi.log.warn(
    hasRole
      ? problem({
          name: 'awsWebIdentityAudience',
          wrong: 'missing although the hand-over names a role that reads the bucket',
          got: 'nothing',
          why,
          fix: 'Run `pulumi config set awsWebIdentityAudience <audience>`, with the audience of backend in cdk.json.',
        })
      : problem({
          name: outputId('RECORDINGS_READER_ROLE_ARN'),
          wrong: 'missing although awsWebIdentityAudience is set',
          got: 'nothing',
          why,
          fix: `Set backend of ${handOver.environment} in cdk.json, and run \`npx cdk deploy ${stackName(handOver.environment)}\`.`,
        }),
  );
}
