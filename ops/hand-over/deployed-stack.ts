import { DescribeStacksCommand, type CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import type { STSClient } from '@aws-sdk/client-sts';
import { problem, ProblemsError } from '../../contract/problem';
import { ask, type AwsAnswer } from '../aws/answer';
import { callerIdentity } from '../aws/identity';
import { isComplete, recoverySteps } from '../aws/stack-status';
import { maskAccount } from '../mask';

/** Account and region that the clients use. */
export interface StackLocation {
  /** Masked. */
  readonly account: string;
  readonly region: string;
}

/** Status and outputs of a complete stack. */
export interface DeployedStack {
  readonly status: string;
  /** Values by output id, in the order in which CloudFormation lists them. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Reads a stack; undefined when it does not exist. */
export const describeStack = (
  cloudFormation: CloudFormationClient,
  stack: string,
): Promise<AwsAnswer<Stack | undefined>> =>
  ask('cloudformation:DescribeStacks', async () => {
    try {
      return (await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0];
    } catch (error) {
      // CloudFormation has no error name for a missing stack.
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  });

/** Values by output id, in the order in which CloudFormation lists them. */
export const outputsOf = ({ Outputs: outputs = [] }: Stack): Readonly<Record<string, string>> =>
  Object.fromEntries(outputs.map(({ OutputKey: id = '', OutputValue: value = '' }) => [id, value]));

/**
 * @throws ProblemsError when there are no credentials or no region
 */
export async function stackLocation(
  sts: STSClient,
  cloudFormation: Pick<CloudFormationClient, 'config'>,
): Promise<StackLocation> {
  const region = await cloudFormation.config.region().catch((cause: unknown) => {
    const missing = problem({
      name: 'region',
      wrong: 'missing',
      got: 'nothing',
      why: 'Another region may have a stack of the same name.',
      fix: 'Give --region, or set AWS_REGION or the region of your profile.',
    });
    throw new ProblemsError([missing], { cause });
  });
  const identity = await callerIdentity(sts);
  if (identity.kind === 'unanswered') {
    throw new ProblemsError([
      problem({
        name: 'AWS',
        wrong: 'cannot be reached',
        got: `"${identity.reason}"`,
        why: "Only AWS knows the stack's outputs.",
        fix: identity.fix ?? 'Check the network and AWS_ENDPOINT_URL.',
      }),
    ]);
  }
  return {
    region,
    account: identity.kind === 'is' ? maskAccount(identity.value.account) : 'unknown',
  };
}

/**
 * Reads a complete stack.
 * @throws ProblemsError when it does not exist, may not be read, or is not complete
 */
export async function deployedStack(
  cloudFormation: CloudFormationClient,
  stack: string,
  { account, region }: StackLocation,
): Promise<DeployedStack> {
  const refuse = (wrong: string, got: string, why: string, fix: string): never => {
    const where = `account ${account}, ${region}`;
    throw new ProblemsError([problem({ name: stack, wrong: `${wrong} in ${where}`, got, why, fix })]);
  };
  const answer = await describeStack(cloudFormation, stack);
  const values = 'The settings are its outputs.';
  if (answer.kind === 'denied') {
    return refuse(
      'may not be read',
      'AccessDenied',
      values,
      `Allow ${answer.right} on the stack to the caller.`,
    );
  }
  if (answer.kind === 'unanswered')
    return refuse('cannot be read', `"${answer.reason}"`, values, 'Try again.');
  const found = answer.kind === 'is' ? answer.value : undefined;
  if (found === undefined) {
    return refuse(
      'is not deployed',
      'no such stack',
      'Only its outputs name the right bucket and role.',
      `Run \`npx cdk deploy ${stack}\`, or give the right AWS_PROFILE and --region.`,
    );
  }
  const { StackStatus: status = 'no status', EnableTerminationProtection: isProtected = true } = found;
  if (!isComplete(status)) {
    return refuse(
      'is not complete',
      status,
      'Its outputs may not match the resources.',
      recoverySteps({ stack, status, isProtected, region }),
    );
  }
  return { status, outputs: outputsOf(found) };
}
