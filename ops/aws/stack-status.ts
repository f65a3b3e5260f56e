/** A stack as CloudFormation describes it. */
export interface StackState {
  readonly stack: string;
  readonly status: string;
  readonly isProtected: boolean;
  /** Undefined: the default region of the command line. */
  readonly region: string | undefined;
}

/** The outputs are those of the last deployment. After a rollback they are those of an earlier one. */
const COMPLETE: ReadonlySet<string> = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE']);

export const isComplete = (status: string): boolean => COMPLETE.has(status);

/** Whether an operation is running. REVIEW_IN_PROGRESS only means that a change set was not executed. */
export const isInProgress = (status: string): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

/**
 * Whether the first creation failed. CloudFormation then accepts only a deletion; the CDK tries it, and termination
 * protection refuses it.
 */
export const neverCreated = (status: string): boolean => /^ROLLBACK_(?:COMPLETE|FAILED)$/.test(status);

/**
 * Commands that bring an incomplete stack back to a working state.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (read 2026-11-22)
 */
export function recoverySteps({ stack, status, isProtected, region }: StackState): string {
  const deploy = `\`npx cdk deploy ${stack}\``;
  const inRegion = region === undefined ? '' : ` --region ${region}`;
  const lift =
    '`aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ' +
    `${stack}${inRegion}\``;
  const recreate = `${isProtected ? `${lift}, then ` : ''}${deploy}, which deletes the rest of the stack and creates it again`;
  const cause = `Correct what failed (\`aws cloudformation describe-stack-events --stack-name ${stack}${inRegion}\`)`;
  if (isInProgress(status)) return 'Wait for it to end.';
  if (neverCreated(status)) return `It was never in use. ${cause}. Then run ${recreate}.`;
  switch (status) {
    case 'CREATE_FAILED':
      return `It was never in use. ${cause}. Then run \`npx cdk rollback ${stack}\`, then ${recreate}.`;
    case 'REVIEW_IN_PROGRESS':
      return `A change set was created and never executed. Run ${deploy}.`;
    case 'UPDATE_ROLLBACK_COMPLETE':
      return `The last deployment failed; the previous one is in place. ${cause}. Then run ${deploy}.`;
    case 'UPDATE_FAILED':
    case 'UPDATE_ROLLBACK_FAILED':
      return `${cause}. Then run \`npx cdk rollback ${stack}\`, then ${deploy}.`;
    case 'DELETE_FAILED':
      return `${cause}. Then run \`npx cdk destroy ${stack}\`, then ${deploy}. Buckets and key stay.`;
    default:
      return `${cause}. Then run ${deploy}, or \`npx cdk import ${stack}\` if it was an import that failed.`;
  }
}
