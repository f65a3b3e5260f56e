import { SETTING_NAMES, type SettingName } from '../../../contract/settings';

/** A line of an env file that programs read differently. */
export interface AmbiguousLine {
  /** Counted from 1. */
  readonly line: number;
  readonly name: SettingName;
  /** Follows the name in a sentence. Contains nothing of the value. */
  readonly wrong: string;
}

const ASSIGNMENT = /^\s*(?:export\s+)?(?<name>[A-Z_]+)\s*=\s*(?<text>.*?)\s*$/;

/** How a text is quoted, and what stands in the quotes. */
const QUOTED = /^(?<quote>["'`])(?<inner>[^]*?)\k<quote>/;

/**
 * Finds settings that Node, Docker Compose and `docker run --env-file` read differently. The backend sees only its own
 * value and cannot notice.
 *
 * @see https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation (read 2026-11-28)
 */
export function ambiguousLines(text: string): AmbiguousLine[] {
  const first = new Map<SettingName, number>();
  return text.split('\n').flatMap((row, index) => {
    const { name: given, text: value = '' } = ASSIGNMENT.exec(row)?.groups ?? {};
    const name = SETTING_NAMES.find((known) => known === given);
    if (name === undefined) return [];
    const line = index + 1;
    const earlier = first.get(name);
    first.set(name, line);
    const twice = earlier === undefined ? [] : [`is set in line ${earlier} too, and the last one counts`];
    return [...twice, ...differences(value)].map((wrong) => ({ line, name, wrong }));
  });
}

const SUBSTITUTED = 'has a $, which Compose replaces by a variable';

function differences(text: string): string[] {
  const { quote, inner = '' } = QUOTED.exec(text)?.groups ?? {};
  if (quote === "'") return [];
  if (quote === '`') return ['is in backticks, which Compose keeps as part of the value'];
  if (quote === '"') {
    return [
      ...(inner.includes('$') ? [SUBSTITUTED] : []),
      ...(inner.includes('\\') ? ['has a \\ in double quotes, which Node and Compose read differently'] : []),
    ];
  }
  if (/^["'`]/.test(text)) return ['begins with a quote that is not closed on the line'];
  // For Compose a comment starts only after a space.
  const kept = text.split(/\s#/, 1).join('');
  return [
    ...(kept.includes('#') ? ['has a # outside quotes, where Node stops reading and Compose continues'] : []),
    ...(kept.includes('$') ? [SUBSTITUTED] : []),
  ];
}
