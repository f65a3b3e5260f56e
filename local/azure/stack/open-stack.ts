import { PulumiCommand } from '@pulumi/pulumi/automation';
import { CliStack } from './cli-stack';
import { MocksStack } from './mocks-stack';
import type { LaptopStack, StackPlace } from './stack';

/** The Pulumi CLI on the path, or undefined. */
export async function findPulumi(): Promise<PulumiCommand | undefined> {
  try {
    return await PulumiCommand.get();
  } catch {
    return undefined;
  }
}

/** A stack, run by the real CLI where there is one, else under the SDK's mocks. */
export async function openStack(place: StackPlace): Promise<LaptopStack> {
  const command = await findPulumi();
  return command === undefined ? new MocksStack(place) : CliStack.create(command, place);
}
