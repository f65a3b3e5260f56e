import * as z from 'zod';
import { problem } from '../../contract/problem';
import { deployedDefault } from '../../contract/program-keys';
import { CONFIG_SETTINGS } from '../../contract/settings';
import { roleEnvironment } from './environments';
import type { Job } from './job';

const REPORT = z.object({
  totals: z.record(z.string(), z.number()),
  checks: z.array(
    z.object({ id: z.string(), status: z.string(), found: z.string(), fix: z.string().nullable() }),
  ),
});

/**
 * Has `recordings doctor` look at what is live: the settings that the backend was given, AWS and Tavus. Needs the
 * hand-over to be there.
 *
 * @param url where the backend is live
 * @returns what is wrong
 */
export async function runDoctor(job: Job, url: string): Promise<readonly string[]> {
  const { context, values } = job;
  const defaults = Object.fromEntries(CONFIG_SETTINGS.map((name) => [name, deployedDefault(name)]));
  const finished = await job.run(
    'recordings doctor',
    {
      program: 'doctor',
      args: ['--json', '--environment', values.ci.RECORDINGS_ENVIRONMENT],
      env: {
        ...roleEnvironment(context.env, await job.assume('lookup')),
        ...defaults,
        ...values.settings,
        ...values.secrets,
        PUBLIC_BASE_URL: url,
        EASY_AUTH: String(values.easyAuth),
      },
    },
    ({ code, stdout }) => code !== 0 && stdout === '',
  );
  const report = finished.stdout === '' ? undefined : REPORT.parse(JSON.parse(finished.stdout));
  const notWell = report?.checks.filter(({ status }) => status !== 'ok') ?? [];
  for (const { id, status, found, fix } of notWell) {
    context.report.quote(`${status} ${id}: ${found}${fix === null ? '' : ` ${fix}`}`);
  }
  context.report.summarize(`### Doctor\n\n${counts(report?.totals ?? {})}`);
  if (finished.code === 0) return [];
  const failed = notWell.filter(({ status }) => status !== 'warn').map(({ id }) => id);
  return [
    problem({
      name: 'recordings doctor',
      wrong: 'is not content',
      got: `exit code ${finished.code} (${failed.join(', ') || 'no check named'})`,
      why: 'A recording may be lost.',
      fix: 'What it found, and what to do, is in the log above.',
    }),
  ];
}

const counts = (totals: Readonly<Record<string, number>>): string =>
  Object.entries(totals)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ') || 'No report.';
