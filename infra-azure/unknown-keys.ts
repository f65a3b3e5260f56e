import { unknownNameProblem } from '../contract/nearest-name';
import { formatSecret, problem } from '../contract/problem';
import type { ConfigSource } from './config-source';

/** Pulumi's own packages read these, and have keys of the same names. */
const FOREIGN_NAMESPACES: ReadonlySet<string> = new Set(['azure-native', 'pulumi']);

/** What a program knows of its keys. */
export interface KnownKeys {
  /** Keys that are read. */
  readonly known: readonly string[];
  /** Keys of what the program finds out by itself, and from where, as a sentence. */
  readonly computed?: ReadonlyMap<string, string>;
  /** The command line with the folder of the project. @default pulumi */
  readonly pulumi?: string;
}

/**
 * Keys that are set and that nobody reads, so that their setting keeps its default without a word: misspelt ones, those of
 * what the program computes, and those of another project's namespace, as after a project was renamed. No value is shown:
 * under a misspelt name it may be a secret.
 */
export function unknownKeys(
  { project, all }: ConfigSource,
  { known, computed, pulumi = 'pulumi' }: KnownKeys,
): string[] {
  return Object.entries(all()).flatMap(([full, text]) => {
    const colon = full.indexOf(':');
    const [namespace, name] = [full.slice(0, colon), full.slice(colon + 1)];
    const got = formatSecret(text);
    const remove = `Run \`${pulumi} config rm ${full}\`.`;
    if (namespace !== project) {
      if (FOREIGN_NAMESPACES.has(namespace) || !known.includes(name)) return [];
      return [
        problem({
          name: full,
          wrong: `belongs to the project ${namespace}, and this is ${project}`,
          got,
          why: 'It would be ignored.',
          fix: `Run \`${pulumi} config set ${name} <value>\`. ${remove}`,
        }),
      ];
    }
    const from = computed?.get(name);
    if (from !== undefined) {
      const wrong = 'is set by the program itself';
      return [problem({ name, wrong, got, why: `It would be ignored. ${from}`, fix: remove })];
    }
    return known.includes(name) ? [] : [unknownNameProblem({ name, got, known, remove })];
  });
}
