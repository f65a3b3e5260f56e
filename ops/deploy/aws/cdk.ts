import { type Job } from '../job';
import type { Command } from '../run';
import { cdkEnvironment } from '../environments';

/**
 * A call of the CDK's command line for the stack of a job.
 *
 * It never asks for approval: without a terminal it could only refuse. In its place stand the reviewers of the GitHub
 * environment, and what {@link destructiveChanges} stops whoever approved.
 */
export const cdk = (
  { stack, values, context }: Job,
  command: string,
  ...args: readonly string[]
): Command => ({
  program: 'cdk',
  args: [
    command,
    stack,
    ...args,
    '--context',
    `@aws-cdk/core:bootstrapQualifier=${values.ci.CDK_QUALIFIER}`,
    '--no-notices',
    '--no-color',
  ],
  env: cdkEnvironment(context.env),
});
