import { unknownNameProblem } from '../contract/nearest-name';
import { formatSecret, problem } from '../contract/problem';
import type { ConfigSource } from './config-source';

/** Pulumi's own packages read these namespaces. They have keys with the same names as ours. */
const FOREIGN_NAMESPACES: ReadonlySet<string> = new Set(['azure-native', 'pulumi']);

/** A program's keys. */
export interface KnownKeys {
  /** Keys that the program reads. */
  readonly known: readonly string[];
  /** Keys of values that the program computes, each with a sentence about their source. */
  readonly computed?: ReadonlyMap<string, string>;
  /** The Pulumi command with the project's folder. @default pulumi */
  readonly pulumi?: string;
}

/**
 * Problems of keys that the program does not read, so that a setting would silently keep its default: misspelt keys, keys of
 * computed values, and keys in another project's namespace, as after a project was renamed. Errors show no value: it may be a
 * secret under a misspelt name.
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
          wrong: `belongs to the project ${namespace}, but this is ${project}`,
          got,
          why: 'It would be ignored.',
          fix: `Run \`${pulumi} config set ${name} <value>\`. ${remove}`,
        }),
      ];
    }
    const from = computed?.get(name);
    if (from !== undefined) {
      const wrong = 'is computed by the program';
      return [problem({ name, wrong, got, why: `It would be ignored. ${from}`, fix: remove })];
    }
    return known.includes(name) ? [] : [unknownNameProblem({ name, got, known, remove })];
  });
}
