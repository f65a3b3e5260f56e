import { PulumiCommand } from '@pulumi/pulumi/automation';
import { CliStack } from './cli-stack';
import { MocksStack } from './mocks-stack';
import type { LaptopStack, StackContext } from './stack';

/** The Pulumi CLI on the PATH; undefined if there is none. */
export async function findPulumi(): Promise<PulumiCommand | undefined> {
  try {
    return await PulumiCommand.get();
  } catch {
    return undefined;
  }
}

/** Opens a stack with the Pulumi CLI or, without one, under the SDK's mocks. */
export async function openStack(context: StackContext): Promise<LaptopStack> {
  const command = await findPulumi();
  return command === undefined ? new MocksStack(context) : CliStack.create(command, context);
}
