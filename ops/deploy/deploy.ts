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
 * Deploys both clouds, in the order in which each needs the other: bucket and role, what they hand over, the platform where
 * there is none, the image, the backend. Then looks at what is live.
 *
 * @throws Refusal with why it stopped; what was done until then stays, and a next run goes on from there
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
  if (problems.length > 0) throw new Refusal(problems, { title: 'It is live, but not well' });
  context.report.summarize(`### Live\n\n${url} runs the image of this commit.`);
}

/** The registry; the first time it is made, with all that must be there before an image can be. */
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
      wrong: 'is no output of the Pulumi stack',
      got: 'nothing',
      why: 'What was made cannot be found.',
      fix: 'Run `pulumi stack output` there.',
    }),
  ]);
}
