import { type Job } from '../job';
import type { Command } from '../run';
import { cdkEnvironment } from '../environments';

/**
 * A CDK command for the stack of a job.
 *
 * It never asks for approval, because there is no terminal. The reviewers of the GitHub environment approve instead,
 * and {@link destructiveChanges} stops harmful changes.
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
