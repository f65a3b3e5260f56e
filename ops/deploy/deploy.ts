import { problem } from '../../contract/problem';
import { deployStack } from './aws/deploy-stack';
import { runDoctor } from './doctor';
import { takeHandOver } from './hand-over';
import { requireImage, pushImage } from './image';
import { openJob } from './job';
import { waitUntilLive } from './live';
import { identityProblems } from './reader-identity';
import type { JobContext } from './job-context';
import { BackendStack } from './pulumi/stack';
import { Refusal } from './refusal';

/**
 * Deploys both clouds in order: bucket and role, hand-over, the platform if it does not exist yet, image, backend.
 * Then checks what is live.
 *
 * @throws Refusal with the reason; completed steps stay, and the next run continues from there
 */
export async function deploy(context: JobContext): Promise<void> {
  const job = openJob('deploy', context);
  requireImage(context);
  await deployStack(job);
  await takeHandOver(job);

  const stack = new BackendStack(job);
  await stack.select();
  const registry = await platformOf(stack);
  const image = await pushImage(job, registry);
  await stack.configure(image);
  await stack.update('pulumi up');

  const outputs = await stack.outputs();
  const url = named('url', outputs.url);
  await waitUntilLive(job, { url, image });
  const { ci, backend } = job.values;
  const problems = [
    ...identityProblems(ci.RECORDINGS_ENVIRONMENT, backend, outputs),
    ...(await runDoctor(job, url)),
  ];
  if (problems.length > 0) throw new Refusal(problems, { title: 'The backend is live, but has problems' });
  context.report.summarize(`### Live\n\n${url} runs the image of this commit.`);
}

/** The registry. The first time, creates the platform, which has to exist before an image can be pushed. */
async function platformOf(stack: BackendStack): Promise<string> {
  const { registry } = await stack.outputs();
  if (registry !== undefined) return registry;
  await stack.configure(undefined);
  await stack.update('pulumi up, the platform');
  return named('registry', (await stack.outputs()).registry);
}

function named(output: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new Refusal([
    problem({
      name: output,
      wrong: 'is not an output of the Pulumi stack',
      got: 'nothing',
      why: 'The deployed resources cannot be found.',
      fix: 'Run `pulumi stack output` in the stack.',
    }),
  ]);
}
