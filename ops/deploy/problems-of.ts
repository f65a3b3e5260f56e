import { Refusal } from './refusal';

/** Something that is looked at. Answers what is wrong, or throws when it could not look. */
export type Look = () => Promise<readonly string[]>;

/** Runs all, one after another, also after one that failed. @returns what is wrong, of all, each once */
export async function problemsOf(checks: readonly Look[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const check of checks) {
    try {
      problems.push(...(await check()));
    } catch (error) {
      problems.push(...(error instanceof Refusal ? error.problems : [String(error)]));
    }
  }
  return [...new Set(problems)];
}
