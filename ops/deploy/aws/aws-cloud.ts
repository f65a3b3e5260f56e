import {
  CloudFormationClient,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  paginateDescribeStackResourceDrifts,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsHttp } from '../../aws/http';
import type { Cloud, Credentials } from './cloud';

/** Shown in CloudTrail as who did it. */
const SESSION_NAME = 'tavus-recordings-ci';

/** AWS, by the SDK. It takes the job's credentials, region and endpoint from the environment of the process by itself. */
export function awsCloud(env: NodeJS.ProcessEnv): Cloud {
  return {
    assume: (roleArn) => assume(env, roleArn),
    describeChangeSet: (credentials, stack, name) =>
      withCloudFormation(env, credentials, async (client) => {
        const pages = await allPages((token) =>
          client.send(
            new DescribeChangeSetCommand({
              StackName: stack,
              ChangeSetName: name,
              ...(token === undefined ? {} : { NextToken: token }),
            }),
          ),
        );
        const [{ ChangeSetId: id = '', Status: status = 'no status', StatusReason: reason = '' }] = pages;
        return { id, status, reason, changes: pages.flatMap(({ Changes: changes = [] }) => changes) };
      }),
    deleteChangeSet: (credentials, stack, changeSetId) =>
      withCloudFormation(env, credentials, async (client) => {
        await client.send(
          // The stack too, though the ARN would do: the right is one on the stack.
          new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: changeSetId }),
        );
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

async function withCloudFormation<T>(
  env: NodeJS.ProcessEnv,
  credentials: Credentials,
  use: (client: CloudFormationClient) => Promise<T>,
): Promise<T> {
  const requestHandler = new AwsHttp(env);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = credentials;
  const client = new CloudFormationClient({
    requestHandler,
    credentials: { accessKeyId, secretAccessKey, sessionToken: credentials.AWS_SESSION_TOKEN },
  });
  try {
    return await use(client);
  } finally {
    requestHandler.end();
  }
}

/** The SDK has no paginator for this one. */
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

async function assume(env: NodeJS.ProcessEnv, roleArn: string): Promise<Credentials> {
  const requestHandler = new AwsHttp(env);
  try {
    const { Credentials: got } = await new STSClient({ requestHandler }).send(
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
