import { ok, type Status, type Verdict } from '../verdict';

const WORST: readonly Status[] = ['fail', 'warn', 'unknown'];

/** One verdict on a bucket of several: the worst of them, in the words of all that are not ok. */
export function together(
  bucket: string,
  expected: string,
  verdicts: readonly (readonly [what: string, verdict: Verdict])[],
): Verdict {
  const notOk = verdicts.filter(([, { status }]) => status !== 'ok');
  const worst = WORST.find((status) => notOk.some(([, verdict]) => verdict.status === status));
  const [, first] = notOk.find(([, { status }]) => status === worst) ?? [];
  if (first === undefined) return ok(bucket, expected);
  const found = `${bucket}: ${notOk.map(([what, verdict]) => `${what}: ${verdict.found}`).join('; ')}`;
  return { ...first, found, expected };
}
