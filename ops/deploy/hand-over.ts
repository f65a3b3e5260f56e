import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseHandOver } from '../../contract/hand-over';
import { roleEnvironment } from './environments';
import type { Job } from './job';

/**
 * Writes the hand-over of the deployed stack to cdk-outputs.json in this job, for the Pulumi program. Masks bucket and
 * role before anything can print them.
 */
export async function takeHandOver(job: Job): Promise<void> {
  const { context, values } = job;
  const environment = values.ci.RECORDINGS_ENVIRONMENT;
  await job.succeed('hand-over', 'Bucket and role are unknown.', {
    program: 'hand-over',
    args: ['--environment', environment],
    env: roleEnvironment(context.env, await job.assume('lookup')),
  });
  const text = readFileSync(path.join(context.root, 'cdk-outputs.json'), 'utf8');
  const { settings } = parseHandOver(text, { environment });
  const { TAVUS_AWS_ASSUME_ROLE_ARN: roleArn, TAVUS_RECORDING_S3_BUCKET_NAME: bucket } = settings;
  context.report.hide(bucket, roleArn, roleArn.slice(roleArn.lastIndexOf('/') + 1));
}
