import { problem } from './problem';

/**
 * The known name that somebody probably meant, or undefined when none is near: at most a third of its letters differ.
 * Upper and lower case count as equal.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= name.length / 3)
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** What there is to say about a name that is read by nobody. */
interface UnknownName {
  readonly name: string;
  /** As it is shown, where it stands. @default the name itself */
  readonly shown?: string;
  /** Its value, as it may be shown. */
  readonly got: string;
  readonly known: readonly string[];
  /** How the wrong one is taken away, as a sentence. @default it is corrected where it stands */
  readonly remove?: string;
}

/** The problem of a setting that does not exist, with the one that was probably meant. */
export function unknownNameProblem({ name, shown = name, got, known, remove }: UnknownName): string {
  const nearest = nearestName(name, known);
  const meant = nearest === undefined ? `The settings are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  return problem({
    name: shown,
    wrong: 'unknown setting',
    got,
    why: 'It would be ignored.',
    fix: remove === undefined ? meant : `${meant} ${remove}`,
  });
}

/** Letters to insert, delete or replace to make `a` into `b` (Levenshtein). */
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
