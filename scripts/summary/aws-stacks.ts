import path from 'node:path';
import { runChild, tail } from '../../local/aws/child-process';
import { ownEnvironment, synthArguments, type SynthProps } from '../synth';
import { readStacks, type Stacks } from './stack';

/**
 * Synthesizes an app of a tree by that tree's own CLI, without a validation: that is a check, and has its own job.
 * @throws with the CLI's words
 */
export async function awsStacks(tree: string, props: SynthProps): Promise<Stacks> {
  const { code, stdout, stderr } = await runChild({
    command: process.execPath,
    args: synthArguments(props),
    cwd: tree,
    env: { ...ownEnvironment(), CDK_VALIDATION: 'false' },
  });
  if (code === 0) return readStacks(props.folder);
  throw new Error(
    `cdk synth: failed in ${path.basename(tree)}, got exit code ${code}. There is no template to compare. ` +
      `Correct what it says:\n${tail(stdout + stderr)}`,
  );
}
