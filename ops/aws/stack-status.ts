/** A stack as CloudFormation describes it. */
export interface StackState {
  readonly stack: string;
  readonly status: string;
  readonly isProtected: boolean;
  /** Undefined: whatever the command line takes by itself. */
  readonly region: string | undefined;
}

/** States in which the outputs are those of the last deployment. After a rollback they are those of an earlier one. */
const COMPLETE: ReadonlySet<string> = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE']);

export const isComplete = (status: string): boolean => COMPLETE.has(status);

/** Whether CloudFormation is at work. A change set that nobody executed is none of its business. */
export const isInProgress = (status: string): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

/**
 * Whether the stack was never made completely. CloudFormation then takes nothing but its deletion, which the CDK tries by
 * itself and termination protection refuses.
 */
export const neverCreated = (status: string): boolean => /^ROLLBACK_(?:COMPLETE|FAILED)$/.test(status);

/**
 * The commands that lead out of a state in which a stack is not complete.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (read 2026-11-22)
 */
export function recoverySteps({ stack, status, isProtected, region }: StackState): string {
  const deploy = `\`npx cdk deploy ${stack}\``;
  const inRegion = region === undefined ? '' : ` --region ${region}`;
  const lift =
    '`aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ' +
    `${stack}${inRegion}\``;
  const anew = `${isProtected ? `${lift}, then ` : ''}${deploy}, which deletes what is left of it and makes it anew`;
  const cause = `Correct what failed (\`aws cloudformation describe-stack-events --stack-name ${stack}${inRegion}\`)`;
  if (isInProgress(status)) return 'Wait for it to end.';
  if (neverCreated(status)) return `It was never in use. ${cause}. Then run ${anew}.`;
  switch (status) {
    case 'CREATE_FAILED':
      return `It was never in use. ${cause}. Then run \`npx cdk rollback ${stack}\`, then ${anew}.`;
    case 'REVIEW_IN_PROGRESS':
      return `A change set waits, and was never executed. Run ${deploy}.`;
    case 'UPDATE_ROLLBACK_COMPLETE':
      return `The last deployment failed, and the one before it stands. ${cause}. Then run ${deploy}.`;
    case 'UPDATE_FAILED':
    case 'UPDATE_ROLLBACK_FAILED':
      return `${cause}. Then run \`npx cdk rollback ${stack}\`, then ${deploy}.`;
    case 'DELETE_FAILED':
      return `${cause}. Then run \`npx cdk destroy ${stack}\`, then ${deploy}. Buckets and key stay.`;
    default:
      return `${cause}. Then run ${deploy}, or \`npx cdk import ${stack}\` if it was an import that failed.`;
  }
}
