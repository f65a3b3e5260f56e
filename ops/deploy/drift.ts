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
 * Looks whether what is live is still what was deployed, and still works. Each of the three looks also when one before it
 * found something, or could not look.
 *
 * @throws Refusal with everything that is not right
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
  if (problems.length > 0) throw new Refusal(problems, { title: 'What is live is not as it should be' });
  context.report.summarize(
    '### No drift\n\nBoth clouds are as they were deployed, and the doctor is content.',
  );
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
      why: 'Nothing of it can be looked at.',
      fix: 'Deploy it first.',
    });
    throw new Refusal([missing], { title: 'There is nothing to look at' });
  }
  return { stack, image, url, identity };
}
