import type { BackendStack } from './stack';

/**
 * Compares what the program would make now with what is there.
 * @returns what differs
 */
export async function azureDrift(stack: BackendStack): Promise<readonly string[]> {
  const { steps } = await stack.preview('drift');
  return steps.map(
    ({ op, type, name }) =>
      `${name} (${type}): is not as the program makes it, got ${op}. Somebody changed it by hand, or a commit waits for its ` +
      'approval. Deploy again, or take the change over into the code.',
  );
}
