import { diffStack } from './aws/diff-stack';
import { takeHandOver } from './hand-over';
import { type Job, openJob } from './job';
import type { JobContext } from './job-context';
import { BackendStack } from './pulumi/stack';
import { problemsOf, Refusal } from './refusal';

/**
 * Says what a deployment would change in both clouds, as the identities that only look.
 * @throws Refusal when something that must stay would not
 */
export async function preview(context: JobContext): Promise<void> {
  const job = openJob('check', context);
  const problems = await problemsOf([() => diffStack(job), () => previewBackend(job)]);
  if (problems.length > 0) throw new Refusal(problems, { title: 'This must not be deployed' });
}

/** With the image that is live: the new one has no digest before it is pushed. */
async function previewBackend(job: Job): Promise<readonly string[]> {
  const stack = new BackendStack(job);
  await stack.select();
  const { image } = await stack.outputs();
  if (image !== undefined && !(await hasHandOver(job))) return [];
  await stack.configure(image);
  return stack.destruction();
}

/**
 * Whether there is a hand-over to preview with. After a deployment that was rolled back there is none until the next one
 * succeeds; to stop here would keep that one away for ever.
 */
async function hasHandOver(job: Job): Promise<boolean> {
  try {
    await takeHandOver(job);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    job.context.report.say(error.message);
    job.context.report.summarize(
      `### Azure\n\nNot previewed, ${job.stack} hands nothing over now. It is judged before it is updated.`,
    );
    return false;
  }
}
