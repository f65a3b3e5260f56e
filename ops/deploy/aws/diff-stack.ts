import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { problem } from '../../../contract/problem';
import type { Job } from '../job';
import { Refusal } from '../refusal';
import { cdk } from './cdk';
import { changesTable, destructiveChanges } from './judge-changes';
import { type StackTemplate, templateChanges } from './template-changes';

/** Folder of the cloud assembly; git ignores it. */
const ASSEMBLY = path.join('.local', 'deploy', 'cdk.out');

const TEMPLATE = z.record(z.string(), z.unknown());

/**
 * Compares the deployed template with the new one, with the read-only role. A change set needs the deploy role, so
 * this can miss changes that only CloudFormation knows; the deploy job checks those.
 *
 * @returns reasons against the deployment
 * @throws Refusal when a template cannot be read
 */
export async function diffStack(job: Job): Promise<readonly string[]> {
  const after = await synthesized(job);
  const before = await deployed(job);
  const changes = templateChanges(before, after);
  job.context.report.summarize(`### AWS\n\n${changesTable(changes)}`);
  return destructiveChanges(job.stack, changes);
}

async function synthesized(job: Job): Promise<StackTemplate> {
  const { root } = job.context;
  mkdirSync(path.join(root, ASSEMBLY), { recursive: true });
  await job.succeed(
    'cdk synth',
    'The effect of a deployment is unknown.',
    cdk(job, 'synth', '--quiet', '--output', ASSEMBLY),
  );
  return TEMPLATE.parse(
    JSON.parse(readFileSync(path.join(root, ASSEMBLY, `${job.stack}.template.json`), 'utf8')),
  );
}

/** Empty when nothing is deployed yet. */
async function deployed(job: Job): Promise<StackTemplate> {
  const credentials = await job.assume('lookup');
  try {
    const text = await job.context.aws.template(credentials, job.stack);
    return text === undefined ? {} : TEMPLATE.parse(JSON.parse(text));
  } catch (cause) {
    const unread = problem({
      name: job.stack,
      wrong: 'its template cannot be read',
      got: `"${cause instanceof Error ? cause.message : String(cause)}"`,
      why: 'The effect of a deployment is unknown.',
      fix: 'Check the stack in CloudFormation, and run the job again.',
    });
    throw new Refusal([unread], { cause });
  }
}
