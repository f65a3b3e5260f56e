import { ok, type CheckStatus, type CheckOutcome } from './check-result';

const WORST: readonly CheckStatus[] = ['fail', 'warn', 'unknown'];

/** Combines several outcomes about one bucket: the worst status, and the findings of all that are not ok. */
export function combineOutcomes(
  bucket: string,
  expected: string,
  outcomes: readonly (readonly [what: string, outcome: CheckOutcome])[],
): CheckOutcome {
  const notOk = outcomes.filter(([, { status }]) => status !== 'ok');
  const worst = WORST.find((status) => notOk.some(([, outcome]) => outcome.status === status));
  const [, first] = notOk.find(([, { status }]) => status === worst) ?? [];
  if (first === undefined) return ok(bucket, expected);
  const found = `${bucket}: ${notOk.map(([what, outcome]) => `${what}: ${outcome.found}`).join('; ')}`;
  return { ...first, found, expected };
}
