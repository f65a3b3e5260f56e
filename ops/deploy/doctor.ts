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
 * Runs `recordings doctor` with the settings of the live backend. Needs cdk-outputs.json.
 *
 * @param url address of the backend
 * @returns problems
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
  const notOk = report?.checks.filter(({ status }) => status !== 'ok') ?? [];
  for (const { id, status, found, fix } of notOk) {
    context.report.quote(`${status} ${id}: ${found}${fix === null ? '' : ` ${fix}`}`);
  }
  context.report.summarize(`### Doctor\n\n${counts(report?.totals ?? {})}`);
  if (finished.code === 0) return [];
  const failed = notOk.filter(({ status }) => status !== 'warn').map(({ id }) => id);
  return [
    problem({
      name: 'recordings doctor',
      wrong: 'found problems',
      got: `exit code ${finished.code} (${failed.join(', ') || 'no check named'})`,
      why: 'A recording may be lost.',
      fix: 'Findings and fixes are in the log above.',
    }),
  ];
}

const counts = (totals: Readonly<Record<string, number>>): string =>
  Object.entries(totals)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ') || 'No report.';
