/** True, false, or undefined for unknown. */
export type Tristate = boolean | undefined;

export const not = (answer: Tristate): Tristate => (answer === undefined ? undefined : !answer);

/** True when one is true, false when all are false, otherwise unknown. */
export function anyOf(answers: Iterable<Tristate>): Tristate {
  const found = new Set(answers);
  if (found.has(true)) return true;
  return found.has(undefined) ? undefined : false;
}

/** False when one is false, true when all are true, otherwise unknown. */
export const allOf = (answers: Iterable<Tristate>): Tristate => not(anyOf([...answers].map(not)));

/** The common value; unknown when they differ or there is none. */
export function unanimous(answers: Iterable<Tristate>): Tristate {
  const [first, ...others] = new Set(answers);
  return others.length === 0 ? first : undefined;
}
