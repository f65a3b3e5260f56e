import type { Fence, Found } from './guide';

/** A command as a shell would see it. */
export interface Command extends Found {
  /** Program and arguments, without quotes; `<placeholders>` as they stand. */
  readonly words: readonly string[];
}

/** Ends a command; what follows is another. */
const OPERATOR = /^(?:&&|\|\||[;|&])/;
/** `NAME=value` before a program. */
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** Words of the shell's own, before a command or alone. */
const KEYWORDS = new Set([
  'do',
  'done',
  'then',
  'else',
  'elif',
  'fi',
  'if',
  'while',
  'until',
  '!',
  '{',
  '}',
  '(',
  ')',
]);
const HERE_DOCUMENT = /<<-?\s*["']?(\w+)["']?/;

/** Commands of a block for a shell, in order. Here-documents are left out. */
export function commandsOf({ body, line }: Fence): Command[] {
  const commands: Command[] = [];
  const rows = body.split('\n');
  for (let index = 0; index < rows.length; index += 1) {
    const first = index;
    let row = rows[index] ?? '';
    while (row.endsWith('\\') && index + 1 < rows.length) {
      index += 1;
      row = `${row.slice(0, -1)} ${(rows[index] ?? '').trim()}`;
    }
    commands.push(...commandsIn(row, line + 1 + first));
    const terminator = HERE_DOCUMENT.exec(row)?.[1];
    if (terminator !== undefined) {
      while (index + 1 < rows.length && rows[index]?.trim() !== terminator) index += 1;
    }
  }
  return commands;
}

/** Commands of one line of shell, without comment and without variables set for them. */
export function commandsIn(row: string, line: number): Command[] {
  const lists: string[][] = [[]];
  let rest = row.trim();
  while (rest !== '' && !rest.startsWith('#')) {
    const operator = OPERATOR.exec(rest)?.[0];
    if (operator === undefined) {
      const end = endOfWord(rest);
      lists.at(-1)?.push(rest.slice(0, end));
      rest = rest.slice(end).trim();
    } else {
      lists.push([]);
      rest = rest.slice(operator.length).trim();
    }
  }
  return lists.flatMap((raw) => [
    ...ownCommand(raw, line),
    ...raw.flatMap((word) => substituted(word, line)),
  ]);
}

/** A command without what stands before it: keywords, and variables set for it alone. */
function ownCommand(raw: readonly string[], line: number): Command[] {
  const begin = raw.findIndex((word) => !ASSIGNMENT.test(word) && !KEYWORDS.has(word));
  // What a loop goes over is no command.
  if (begin === -1 || raw[begin] === 'for') return [];
  const own = raw.slice(begin);
  return [{ line, text: own.join(' '), words: own.map(unquoted) }];
}

/** Commands whose output becomes part of another. */
const substituted = (word: string, line: number): Command[] =>
  [...word.matchAll(/\$\(([^()]*)\)/g)].flatMap(([, inner = '']) => commandsIn(inner, line));

/** Where a word ends: at a space, or an operator, outside of quotes, `$(...)` and `<...>`. */
function endOfWord(text: string): number {
  let at = 0;
  while (at < text.length && !/\s/.test(text.charAt(at)) && (at === 0 || !OPERATOR.test(text.slice(at)))) {
    const closing = CLOSING.find(({ opens }) => text.startsWith(opens, at));
    const end = closing === undefined ? at : text.indexOf(closing.closes, at + closing.opens.length);
    at = (end === -1 ? at : end) + 1;
  }
  return at;
}

const CLOSING = [
  { opens: "'", closes: "'" },
  { opens: '"', closes: '"' },
  { opens: '$(', closes: ')' },
  { opens: '<', closes: '>' },
];

const unquoted = (word: string): string => word.replaceAll(/(["'])(.*?)\1/g, '$2');
