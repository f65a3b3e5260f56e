import { diffStack } from './aws/diff-stack';
import { takeHandOver } from './hand-over';
import { type Job, openJob } from './job';
import type { JobContext } from './job-context';
import { BackendStack } from './pulumi/stack';
import { problemsOf, Refusal } from './refusal';

/**
 * Shows what a deployment would change in both clouds, with the check identities.
 * @throws Refusal when a protected resource would be replaced or deleted
 */
export async function preview(context: JobContext): Promise<void> {
  const job = openJob('check', context);
  const problems = await problemsOf([() => diffStack(job), () => previewBackend(job)]);
  if (problems.length > 0) throw new Refusal(problems, { title: 'This must not be deployed' });
}

/** Uses the live image: the new one has no digest before it is pushed. */
async function previewBackend(job: Job): Promise<readonly string[]> {
  const stack = new BackendStack(job);
  await stack.select();
  const { image } = await stack.outputs();
  if (image !== undefined && !(await hasHandOver(job))) return [];
  await stack.configure(image);
  return stack.destruction();
}

/**
 * Whether a hand-over exists. After a rollback there is none until the next deployment succeeds, so the preview must
 * not stop that deployment.
 */
async function hasHandOver(job: Job): Promise<boolean> {
  try {
    await takeHandOver(job);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    job.context.report.say(error.message);
    job.context.report.summarize(
      `### Azure\n\nNot previewed: ${job.stack} has no valid outputs now. The deployment checks the changes before the update.`,
    );
    return false;
  }
}
