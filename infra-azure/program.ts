import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { defined } from '../contract/defined';
import { LAPTOP_ENVIRONMENT, stackName, type HandOver } from '../contract/hand-over';
import { outputId } from '../contract/names';
import { problem, ProblemsError } from '../contract/problem';
import { Backend } from './backend';
import { readConfig, type BackendConfig, type ProgramConfig, type AwsValuesSource } from './config';
import type { ConfigSource } from './config-source';
import { readHandOver } from './hand-over-file';
import { Platform } from './platform';

/** The stack's outputs; none is secret. Without a backend its outputs are missing. */
export interface Outputs {
  readonly registry: pulumi.Output<string>;
  /** With {@link appPrincipalId} the values for `backend` in cdk.json. */
  readonly tenantId: pulumi.Output<string>;
  readonly appClientId: pulumi.Output<string>;
  readonly appPrincipalId: pulumi.Output<string>;
  readonly pullPrincipalId: pulumi.Output<string>;
  readonly url?: pulumi.Output<string>;
  readonly qaUrl?: pulumi.Output<string>;
  /** The deployed image, by digest; the drift check compares with it. */
  readonly image?: string;
}

/** Configuration and hand-over, checked before the first resource. */
interface Inputs {
  readonly config: ProgramConfig;
  readonly recording: AwsValuesSource | undefined;
  readonly handOver: HandOver | undefined;
}

/**
 * Checks all inputs, then declares the platform, and with an image the backend.
 *
 * @param rootDirectory folder of Pulumi.yaml
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
    // Omitted when undefined: Pulumi warns about undefined outputs.
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
  recording: AwsValuesSource,
  environment: string,
  rootDirectory: string,
): { readonly handOver?: HandOver; readonly problems?: readonly string[] } {
  const file = path.resolve(rootDirectory, recording.handOverFile);
  // `validateHosts` finds a stack of this name that is not the laptop cloud's.
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
        why: 'The alerts exist but send no notification.',
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

/** Each half alone has no effect, so one alone is probably unintended. Having neither is a valid choice. */
function warnOfHalfAccess({ settings }: BackendConfig, handOver: HandOver): void {
  const hasAudience = settings.AWS_WEB_IDENTITY_AUDIENCE !== undefined;
  const hasRole = handOver.settings.RECORDINGS_READER_ROLE_ARN !== undefined;
  if (hasAudience === hasRole) return;
  const why = 'The backend cannot read the bucket, so it knows only what Tavus announces.';
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
