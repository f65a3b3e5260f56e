import { parseArgs } from 'node:util';
import { problem, ProblemsError } from '../contract/problem';

/** The middle number, or the mean of the two in the middle. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, number) => sum + number, 0) / middle.length;
}

/** Number of pairs, from `--runs`. */
export const readRuns = (fallback: number): number =>
  runsIn(parseArgs({ options: { runs: { type: 'string' } } }).values.runs, fallback);

export const runsIn = (text: string | undefined, fallback: number): number =>
  countIn({ name: '--runs', why: 'No median can be taken.' }, text, fallback);

/** A whole number above 0. @throws ProblemsError */
export function countIn(
  { name, why }: { readonly name: string; readonly why: string },
  text: string | undefined,
  fallback: number,
): number {
  const count = Number(text ?? fallback);
  if (Number.isInteger(count) && count > 0) return count;
  const wrong = 'is not a whole number above 0';
  throw new ProblemsError([
    problem({ name, wrong, got: String(text), why, fix: `Use ${name} ${fallback}.` }),
  ]);
}

export interface Pair {
  readonly ours: number;
  readonly bare: number;
}

/** Alternates the order, because the speed of a shared machine drifts. */
export async function pairs(
  runs: number,
  measure: { readonly ours: () => Promise<number> | number; readonly bare: () => Promise<number> | number },
): Promise<Pair[]> {
  const all: Pair[] = [];
  for (let run = 0; run < runs; run += 1) {
    if (run % 2 === 0) {
      const bare = await measure.bare();
      all.push({ bare, ours: await measure.ours() });
    } else {
      const ours = await measure.ours();
      all.push({ ours, bare: await measure.bare() });
    }
  }
  return all;
}

/** Prints medians and ratio. A ratio above the limit sets the exit code. */
export function report(
  title: string,
  unit: string,
  baseline: string,
  all: readonly Pair[],
  limit: number,
): void {
  const ratio = median(all.map(({ ours, bare }) => ours / bare));
  console.log(`${title}, ${all.length} interleaved pairs, medians`);
  console.log(`  ${baseline.padEnd(22)} ${median(all.map(({ bare }) => bare)).toFixed(1)} ${unit}`);
  console.log(`  ${'ours'.padEnd(22)} ${median(all.map(({ ours }) => ours)).toFixed(1)} ${unit}`);
  console.log(
    `  ${'ratio'.padEnd(22)} ${ratio.toFixed(2)} (limit ${limit}): ${ratio <= limit ? 'passed' : 'FAILED'}`,
  );
  if (ratio > limit) process.exitCode = 1;
}

/** Prints a ratio for comparison, without a limit. */
export function reference(name: string, baseline: string, all: readonly Pair[]): void {
  const ratio = median(all.map(({ ours, bare }) => ours / bare));
  console.log(`${name}, against ${baseline}: ${ratio.toFixed(2)}`);
}
