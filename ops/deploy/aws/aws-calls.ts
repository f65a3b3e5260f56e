import {
  type Change,
  CloudFormationClient,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  GetTemplateCommand,
  type DescribeChangeSetCommandOutput,
  paginateDescribeStackResourceDrifts,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { defined } from '../../../contract/defined';
import { AwsHttp } from '../../aws/http';
import type { StackState } from '../../aws/stack-status';
import { describeStack } from '../../hand-over/deployed-stack';
import { given } from '../github';

/** AWS session credentials as environment variables. */
export interface CredentialVariables {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN: string;
}

/** What CloudFormation would do to a stack. */
export interface ChangeSet {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  /** All pages. */
  readonly changes: readonly Change[];
}

/** Direct calls to AWS; everything else goes through the CDK CLI. */
export interface AwsCalls {
  /** Becomes another role, for the rest of the job. */
  assume(roleArn: string): Promise<CredentialVariables>;
  describeChangeSet(credentials: CredentialVariables, stack: string, name: string): Promise<ChangeSet>;
  deleteChangeSet(credentials: CredentialVariables, stack: string, changeSetId: string): Promise<void>;
  /** State of a stack; undefined when it does not exist. */
  stack(credentials: CredentialVariables, stack: string): Promise<Omit<StackState, 'stack'> | undefined>;
  /** Original template of a stack; undefined when it does not exist. */
  template(credentials: CredentialVariables, stack: string): Promise<string | undefined>;
  /** Results of the last drift detection, for every resource. */
  describeDrifts(credentials: CredentialVariables, stack: string): Promise<readonly StackResourceDrift[]>;
}

/** Shown in CloudTrail. */
const SESSION_NAME = 'tavus-recordings-ci';

/** Uses the SDK, which takes the credentials and endpoint of the job from the process environment. */
export function sdkCalls(env: NodeJS.ProcessEnv): AwsCalls {
  return {
    assume: (roleArn) => assume(env, roleArn),
    describeChangeSet: (credentials, stack, name) =>
      withCloudFormation(env, credentials, async (client) => {
        const pages = await allPages((token) =>
          client.send(
            new DescribeChangeSetCommand({
              StackName: stack,
              ChangeSetName: name,
              ...defined({ NextToken: token }),
            }),
          ),
        );
        const [{ ChangeSetId: id = '', Status: status = 'no status', StatusReason: reason = '' }] = pages;
        return { id, status, reason, changes: pages.flatMap(({ Changes: changes = [] }) => changes) };
      }),
    deleteChangeSet: (credentials, stack, changeSetId) =>
      withCloudFormation(env, credentials, async (client) => {
        await client.send(
          // The ARN is enough for the call, but the right is on the stack.
          new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: changeSetId }),
        );
      }),
    stack: (credentials, stack) =>
      withCloudFormation(env, credentials, async (client) => {
        const answer = await describeStack(client, stack);
        if (answer.kind !== 'is' || answer.value === undefined) return undefined;
        const { StackStatus: status = 'no status', EnableTerminationProtection: isProtected = true } =
          answer.value;
        return { status, isProtected, region: await client.config.region() };
      }),
    template: (credentials, stack) =>
      withCloudFormation(env, credentials, async (client) => {
        const request = new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' });
        try {
          return (await client.send(request)).TemplateBody;
        } catch (error) {
          // CloudFormation has no error name for a missing stack.
          if (error instanceof Error && error.name === 'ValidationError') return undefined;
          throw error;
        }
      }),
    describeDrifts: (credentials, stack) =>
      withCloudFormation(env, credentials, async (client) => {
        const drifts: StackResourceDrift[] = [];
        for await (const page of paginateDescribeStackResourceDrifts({ client }, { StackName: stack })) {
          drifts.push(...(page.StackResourceDrifts ?? []));
        }
        return drifts;
      }),
  };
}

/** The region of the job, which may not be in the process environment. */
const regionOf = (env: NodeJS.ProcessEnv): { readonly region?: string } =>
  defined({ region: given(env, 'AWS_REGION') });

async function withCloudFormation<T>(
  env: NodeJS.ProcessEnv,
  credentials: CredentialVariables,
  use: (client: CloudFormationClient) => Promise<T>,
): Promise<T> {
  const requestHandler = new AwsHttp(env);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = credentials;
  const client = new CloudFormationClient({
    requestHandler,
    ...regionOf(env),
    credentials: { accessKeyId, secretAccessKey, sessionToken: credentials.AWS_SESSION_TOKEN },
  });
  try {
    return await use(client);
  } finally {
    requestHandler.end();
  }
}

/** The SDK has no paginator for DescribeChangeSet. */
async function allPages(
  ask: (token: string | undefined) => Promise<DescribeChangeSetCommandOutput>,
): Promise<[DescribeChangeSetCommandOutput, ...DescribeChangeSetCommandOutput[]]> {
  const first = await ask(undefined);
  const rest: DescribeChangeSetCommandOutput[] = [];
  for (let token = first.NextToken; token !== undefined; token = rest.at(-1)?.NextToken) {
    rest.push(await ask(token));
  }
  return [first, ...rest];
}

async function assume(env: NodeJS.ProcessEnv, roleArn: string): Promise<CredentialVariables> {
  const requestHandler = new AwsHttp(env);
  try {
    const { Credentials: got } = await new STSClient({ requestHandler, ...regionOf(env) }).send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: SESSION_NAME }),
    );
    const { AccessKeyId: id, SecretAccessKey: key, SessionToken: token } = got ?? {};
    if (id === undefined || key === undefined || token === undefined) {
      throw new Error('AWS answered without credentials.');
    }
    return { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token };
  } finally {
    requestHandler.end();
  }
}
