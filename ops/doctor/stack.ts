import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stackName } from '../../contract/hand-over';
import { outputId } from '../../contract/names';
import { AWS_SETTINGS } from '../../contract/settings';
import { isInProgress, isComplete, neverCreated, recoverySteps } from '../aws/stack-status';
import { describeStack, outputsOf } from '../hand-over/deployed-stack';
import { judgeAnswer } from './judge-answer';
import type { DeployedEnvironment } from './settings/sources';
import { fail, ok, unknown, warn, type Check } from './check-result';

/** Checks that the stack is complete and the hand-over matches its outputs. */
export function stackCheck(
  cloudFormation: (region: string | undefined) => CloudFormationClient,
  { environment, file, handOver }: DeployedEnvironment,
): Check {
  const stack = stackName(environment);
  const expected = `the stack ${stack}, complete, with the outputs that ${file} has`;
  const again = `npm run hand-over -- --environment ${environment}`;
  return {
    id: 'aws-stack',
    topic: 'aws',
    asks: 'AWS',
    run: async () => {
      const client = cloudFormation(handOver?.region);
      const region = await client.config.region().catch(() => undefined);
      if (region === undefined) {
        return unknown('no region is set, so the stack cannot be found', expected, 'Set AWS_REGION.');
      }
      return judgeAnswer(await describeStack(client, stack), expected, (found) => {
        if (found === undefined) {
          return handOver === undefined
            ? fail(`no such stack in ${region}`, expected, `Run \`npx cdk deploy ${stack}\`.`)
            : ok(`none in ${region}: bucket and role were created by other means`, expected);
        }
        const { StackStatus: status = 'no status', EnableTerminationProtection: isProtected = true } = found;
        if (!isComplete(status)) {
          const fix = recoverySteps({ stack, status, isProtected, region });
          const words = neverCreated(status) ? `${status}: its first deployment failed` : status;
          return isInProgress(status) ? warn(words, expected, fix) : fail(words, expected, fix);
        }
        const outputs = outputsOf(found);
        const stale = AWS_SETTINGS.filter(
          (name) => handOver !== undefined && outputs[outputId(name)] !== handOver.settings[name],
        );
        return stale.length === 0
          ? ok(status, expected)
          : fail(
              `${status}, and ${file} has another ${stale.map(outputId).join(', ')}`,
              expected,
              `Run \`${again}\`.`,
            );
      });
    },
  };
}
