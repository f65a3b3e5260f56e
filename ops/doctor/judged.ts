import type { Answer, Known } from '../aws/answer';
import { unknown, type Verdict } from './verdict';

/** The verdict on a fact that could not be had. */
export function undecided(answer: Exclude<Known<unknown>, { kind: 'is' }>, expected: string): Verdict {
  return answer.kind === 'denied'
    ? unknown(
        `needs the right ${answer.right}`,
        expected,
        `Allow ${answer.right} to whoever runs the doctor.`,
      )
    : unknown(answer.reason, expected, answer.fix);
}

/** The judgement of what AWS answered, with undefined where there is no such thing; or why there is no judgement. */
export function judged<T>(
  answer: Answer<T>,
  expected: string,
  judge: (value: NoInfer<T> | undefined) => Verdict,
): Verdict {
  if (answer.kind === 'is') return judge(answer.value);
  if (answer.kind === 'missing') return judge(undefined);
  return undecided(answer, expected);
}
