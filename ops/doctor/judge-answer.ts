import type { Answer, Known } from '../aws/answer';
import { unknown, type CheckOutcome } from './check-result';

/** What to do about a right that a policy of this kind takes away; by an Allow it cannot be had. */
const DENIED_BY: Readonly<Record<string, (right: string) => string>> = {
  'service control policy': askOrganisation,
  'resource control policy': askOrganisation,
  'permissions boundary': (right) => `Allow ${right} in the permissions boundary of whoever runs the doctor.`,
  'session policy': (right) => `Run the doctor with credentials whose session may ${right}.`,
  'resource-based policy': () => "Run the doctor as somebody whom the bucket's or key's own policy lets in.",
  'VPC endpoint policy': () => 'Run the doctor where no VPC endpoint stands between it and AWS.',
};

function askOrganisation(right: string): string {
  return `Have whoever administers the organisation allow ${right}: nothing in this account can.`;
}

/** The outcome on a fact that could not be had. */
export function unknownOutcome(
  answer: Exclude<Known<unknown>, { kind: 'is' }>,
  expected: string,
): CheckOutcome {
  if (answer.kind === 'unanswered') return unknown(answer.reason, expected, answer.fix);
  const { right, by } = answer;
  const found = `needs the right ${right}`;
  const outcome =
    by === undefined
      ? unknown(found, expected, `Allow ${right} to whoever runs the doctor.`)
      : unknown(`${found}, which a ${by} denies`, expected, DENIED_BY[by]?.(right));
  return { ...outcome, isRetryable: true };
}

/** The judgement of what AWS answered, with undefined where there is no such thing; or why there is no judgement. */
export function judgeAnswer<T>(
  answer: Answer<T>,
  expected: string,
  judge: (value: NoInfer<T> | undefined) => CheckOutcome,
): CheckOutcome {
  if (answer.kind === 'is') return judge(answer.value);
  if (answer.kind === 'missing') return judge(undefined);
  return unknownOutcome(answer, expected);
}
