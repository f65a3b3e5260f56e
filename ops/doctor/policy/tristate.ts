/** An answer to a question of which not all is known: undefined is "perhaps". */
export type Tristate = boolean | undefined;

export const not = (answer: Tristate): Tristate => (answer === undefined ? undefined : !answer);

/** True when one is true, false when all are false, perhaps otherwise. */
export function anyOf(answers: Iterable<Tristate>): Tristate {
  const found = new Set(answers);
  if (found.has(true)) return true;
  return found.has(undefined) ? undefined : false;
}

/** False when one is false, true when all are true, perhaps otherwise. */
export const allOf = (answers: Iterable<Tristate>): Tristate => not(anyOf([...answers].map(not)));

/** What all of them say; perhaps when they differ, or none says anything. */
export function unanimous(answers: Iterable<Tristate>): Tristate {
  const [first, ...others] = new Set(answers);
  return others.length === 0 ? first : undefined;
}
