import * as z from 'zod';
import { problem } from '../../contract/problem';
import { plainEnvironment } from './environments';
import type { Job } from './job';
import { Refusal } from './refusal';

const APP = z.object({
  properties: z.object({
    latestRevisionName: z.string().optional(),
    latestReadyRevisionName: z.string().optional(),
    template: z.object({ containers: z.array(z.object({ image: z.string() })) }),
  }),
});

/**
 * Stable version with all used fields. @see https://learn.microsoft.com/rest/api/containerapps/container-apps/get
 * (read 2026-11-25)
 */
const API_VERSION = '2024-03-01';

const POLL_MS = 5_000;

/** Ten minutes. Azure gives up on a revision after at most 15. */
const MAX_POLLS = 120;

/** What is live when everything went well. */
interface ExpectedDeployment {
  readonly url: string;
  /** By digest. */
  readonly image: string;
}

/**
 * Waits until the new revision serves and is ready. `/readyz` alone is not enough: until then the old revision answers.
 *
 * @throws Refusal with the last state
 */
export async function waitUntilLive(job: Job, expected: ExpectedDeployment): Promise<void> {
  const { context } = job;
  const address = new URL('/readyz', expected.url).href;
  let seen = 'nothing';
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    if (poll > 0) await context.pause(POLL_MS);
    const revision = await revisionState(job, expected.image);
    const status = revision === 'ready' ? await context.statusOf(address) : undefined;
    if (status === 200) {
      context.report.say(`✓ ${address} answers 200, by the new revision`);
      return;
    }
    seen = revision === 'ready' ? `${address} ${status ?? 'does not answer'}` : revision;
  }
  const unready = problem({
    name: job.values.appName,
    wrong: `is not ready after ${(MAX_POLLS * POLL_MS) / 60_000} minutes`,
    got: seen,
    why: 'The previous revision keeps serving.',
    fix: 'Read its logs in Azure, and deploy a commit that starts.',
  });
  throw new Refusal([unready], { title: 'The backend is not live' });
}

/** `ready` when the latest revision has the image and serves; otherwise a description of the state. */
async function revisionState({ context, values }: Job, image: string): Promise<string> {
  const { AZURE_SUBSCRIPTION_ID: subscription, AZURE_RESOURCE_GROUP: group } = values.ci;
  const app = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.App/containerApps/${values.appName}`;
  const { code, stdout } = await context.run({
    program: 'az',
    args: ['rest', '--method', 'get', '--url', `${app}?api-version=${API_VERSION}`, '--output', 'json'],
    env: plainEnvironment(context.env),
  });
  if (code !== 0) return `exit code ${code} of az rest`;
  const { properties } = APP.parse(JSON.parse(stdout));
  if (!properties.template.containers.some((container) => container.image === image)) return 'another image';
  const { latestRevisionName: latest, latestReadyRevisionName: ready } = properties;
  return latest !== undefined && latest === ready ? 'ready' : 'a revision that is not ready';
}
