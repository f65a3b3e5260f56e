import type { AwsAnswer, KnownAnswer } from '../aws/answer';
import { unknown, type CheckOutcome } from './check-result';

/** Fix when a policy of this kind denies a right. An Allow does not help. */
const DENIED_BY: Readonly<Record<string, (right: string) => string>> = {
  'service control policy': askOrganisation,
  'resource control policy': askOrganisation,
  'permissions boundary': (right) => `Allow ${right} in the permissions boundary of the caller.`,
  'session policy': (right) => `Run the doctor with a session whose policy allows ${right}.`,
  'resource-based policy': () => "Run the doctor as a principal that the bucket's or key's policy allows.",
  'VPC endpoint policy': () => 'Run the doctor outside this VPC endpoint.',
};

function askOrganisation(right: string): string {
  return `Ask the administrator of the organisation to allow ${right}: no policy in this account can.`;
}

/** Outcome when AWS gave no usable answer. */
export function unknownOutcome(
  answer: Exclude<KnownAnswer<unknown>, { kind: 'is' }>,
  expected: string,
): CheckOutcome {
  if (answer.kind === 'unanswered') return unknown(answer.reason, expected, answer.fix);
  const { right, by } = answer;
  const found = `needs the right ${right}`;
  const outcome =
    by === undefined
      ? unknown(found, expected, `Allow ${right} to the caller of the doctor.`)
      : unknown(`${found}, which a ${by} denies`, expected, DENIED_BY[by]?.(right));
  return { ...outcome, isRetryable: true };
}

/** Judges the value that AWS answered, undefined if it does not exist. Without an answer the outcome is `unknown`. */
export function judgeAnswer<T>(
  answer: AwsAnswer<T>,
  expected: string,
  judge: (value: NoInfer<T> | undefined) => CheckOutcome,
): CheckOutcome {
  if (answer.kind === 'is') return judge(answer.value);
  if (answer.kind === 'missing') return judge(undefined);
  return unknownOutcome(answer, expected);
}
