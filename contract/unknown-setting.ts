import { nearestName } from './nearest-name';
import { formatValue, problem } from './problem';

/**
 * The problem with a name that is no setting.
 * @param path where it stands, with a dot at its end; empty at the top
 */
export function unknownSetting(path: string, name: string, value: unknown, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return problem({
    name: `${path}${name}`,
    wrong: 'is no setting',
    got: formatValue(value),
    why: 'It would change nothing, and nobody would notice.',
    fix: nearest === undefined ? `The settings are ${known.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
