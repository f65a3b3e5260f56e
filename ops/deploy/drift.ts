import { problem } from '../../contract/problem';
import { awsDrift } from './aws/drift';
import { runDoctor } from './doctor';
import { takeHandOver } from './hand-over';
import { type Job, openJob } from './job';
import { identityProblems, type StackIdentity } from './reader-identity';
import type { JobContext } from './job-context';
import { BackendStack } from './pulumi/stack';
import { problemsOf, Refusal } from './refusal';

/**
 * Checks for drift and runs the doctor. Each check runs even if a previous one failed.
 *
 * @throws Refusal with all problems
 */
export async function drift(context: JobContext): Promise<void> {
  const job = openJob('check', context);
  let asked: Promise<Live> | undefined;
  const live = (): Promise<Live> => (asked ??= liveStack(job));
  const problems = await problemsOf([
    async () => {
      const { url, identity } = await live();
      const { ci, backend } = job.values;
      return [
        ...identityProblems(ci.RECORDINGS_ENVIRONMENT, backend, identity),
        ...(await runDoctor(job, url)),
      ];
    },
    () => awsDrift(job),
    async () => {
      const { stack, image } = await live();
      await stack.configure(image);
      return stack.drift();
    },
  ]);
  if (problems.length > 0) throw new Refusal(problems, { title: 'The live deployment has problems' });
  context.report.summarize('### No drift\n\nBoth clouds are as deployed, and the doctor found no problem.');
}

interface Live {
  readonly stack: BackendStack;
  readonly image: string;
  readonly url: string;
  readonly identity: StackIdentity;
}

/** The stack with its hand-over. @throws Refusal when nothing is live */
async function liveStack(job: Job): Promise<Live> {
  await takeHandOver(job);
  const stack = new BackendStack(job);
  await stack.select();
  const { image, url, ...identity } = await stack.outputs();
  if (image === undefined || url === undefined) {
    const missing = problem({
      name: job.stack,
      wrong: 'has no backend',
      got: 'a stack without the outputs url and image',
      why: 'There is nothing to check.',
      fix: 'Deploy it first.',
    });
    throw new Refusal([missing], { title: 'There is nothing to check' });
  }
  return { stack, image, url, identity };
}
