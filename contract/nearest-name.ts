import { problem } from './problem';

/**
 * The known name that was probably meant: at most a third of its letters differ, ignoring case. Undefined if there is none.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= name.length / 3)
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name;
}

interface UnknownName {
  readonly name: string;
  /** The name with its path. @default the name itself */
  readonly fullName?: string;
  /** Its value, masked if necessary. */
  readonly got: string;
  readonly known: readonly string[];
  /** How to remove the wrong one, as a sentence. @default - it is corrected in place */
  readonly remove?: string;
}

/** The problem of an unknown setting; suggests the one that was probably meant. */
export function unknownNameProblem({ name, fullName = name, got, known, remove }: UnknownName): string {
  const nearest = nearestName(name, known);
  const meant = nearest === undefined ? `The settings are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  return problem({
    name: fullName,
    wrong: 'unknown setting',
    got,
    why: 'It would be ignored.',
    fix: remove === undefined ? meant : `${meant} ${remove}`,
  });
}

/** Letters to insert, delete or replace to turn `a` into `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
