import { parseHandOverOptions } from '../../../ops/hand-over/command-line';
import { nearestName } from '../../../contract/nearest-name';
import { parseDoctor } from '../../../ops/command-line';
import { parseOptions } from '../../../local/options';
import { FAULTS } from '../../../local/faults';
import { commandsIn, commandsOf, type Command } from '../commands';
import type { Found, Guide } from '../guide';
import type { Project } from '../project';

/** What a placeholder of a guide may stand for, where not any word will do. */
const EXAMPLES: Readonly<Record<string, string>> = {
  mistake: 'one-hour',
  's3|kms': 'kms',
};

/** Commands with parsers of our own, by their first words. */
const PARSERS: readonly (readonly [string, (args: readonly string[]) => unknown])[] = [
  ['npm run local', (args) => parseOptions(args, false)],
  ['npm run hand-over', parseHandOverOptions],
  ['npx recordings doctor', parseDoctor],
];

/** Every command in blocks and in inline code. */
const commandsAnywhere = ({ fences, spans }: Guide): Command[] => [
  ...fences.filter(({ language }) => language === 'sh').flatMap(commandsOf),
  ...spans.flatMap(({ text, line }) => commandsIn(text, line)),
];

/** All places where a pattern stands, with what its first group found. */
const everywhere = ({ lines }: Guide, pattern: RegExp): Found[] =>
  lines.flatMap((line, index) =>
    [...line.matchAll(pattern)].map(([, text = '']) => ({ line: index + 1, text })),
  );

const listed = (
  { file }: Guide,
  found: readonly Found[],
  isKnown: (name: string) => boolean,
  wrong: (name: string) => string,
): string[] =>
  found.filter(({ text }) => !isKnown(text)).map(({ line, text }) => `${file}:${line}: ${wrong(text)}`);

/** Every npm script is there. */
export function scripts(guide: Guide, { scripts: known }: Project): string[] {
  const named = everywhere(guide, /\bnpm run(?:-script)?(?: --?silent| -s)? ([\w:-]+)/g);
  const short = everywhere(guide, /\bnpm (test|start)\b/g);
  return listed(
    guide,
    [...named, ...short],
    (name) => known.has(name),
    (name) => `\`npm run ${name}\` is not there: package.json has no such script.`,
  );
}

/** `npx` finds every program without asking the registry, where somebody else may have the name. */
export function programs(guide: Guide, { isProgram }: Project): string[] {
  return listed(
    guide,
    everywhere(guide, /\bnpx (?:--no-install )?([\w@/.-]*\w)/g),
    isProgram,
    (name) => `\`npx ${name}\` is not there: no package of ours has such a program, and npx would fetch one.`,
  );
}

/** Our own programs take the options that a guide gives them. */
export function options(guide: Guide): string[] {
  return commandsAnywhere(guide).flatMap(({ line, text, words }) => {
    const parser = PARSERS.find(([command]) => startsWith(words, command));
    if (parser === undefined) {
      return startsWith(words, 'npx recordings') && /^\w/.test(words[2] ?? '--help')
        ? [`${guide.file}:${line}: \`${text}\` is refused: recordings has no such command.`]
        : [];
    }
    const [command, parse] = parser;
    const args = words
      .slice(command.split(' ').length)
      .filter((word, index) => !(index === 0 && word === '--') && word !== '...')
      .map((word) => word.replaceAll(/<([^>]+)>/g, (_, name: string) => EXAMPLES[name] ?? 'x'));
    // A command in the middle of a sentence may leave out what it needs: only what it says is held to be true.
    if (args.length === 0) return [];
    try {
      parse(args);
      return [];
    } catch (error) {
      return [
        `${guide.file}:${line}: \`${text}\` is refused: ${error instanceof Error ? error.message : String(error)}`,
      ];
    }
  });
}

const startsWith = (words: readonly string[], command: string): boolean =>
  command.split(' ').every((word, index) => words[index] === word);

/** Every mistake of the laptop cloud is there, also where no whole command is written. */
export function mistakes(guide: Guide, { isInCode }: Project): string[] {
  const misspelt = guide.spans.filter(
    ({ text }) => !isInCode(text) && nearestName(text, Object.keys(FAULTS)) !== undefined,
  );
  return listed(
    guide,
    [...everywhere(guide, /--break(?: |=)([a-z][\w-]*)/g), ...misspelt],
    (name) => Object.hasOwn(FAULTS, name),
    (name) => `\`--break ${name}\` is not there: the laptop cloud knows ${Object.keys(FAULTS).join(', ')}.`,
  );
}

/** Every setting of the backend is there. Names that Tavus's own program had are none of ours. */
export function settings(guide: Guide, project: Project): string[] {
  return listed(
    guide,
    everywhere(guide, /\b(TAVUS_[A-Z][A-Z0-9_]*[A-Z0-9])\b(?!_?\*|_?\.\.\.)/g),
    (name) => project.settings.has(name),
    (name) => `\`${name}\` is not there: the backend has no such setting.`,
  );
}

/** Every key that Pulumi is given is one that a program reads. */
export function pulumiKeys(guide: Guide, project: Project): string[] {
  return commandsAnywhere(guide).flatMap(({ line, words }) => {
    const { folder, positional } = pulumiWords(words);
    const [program, noun, verb = '', key = '<key>'] = positional;
    const isAboutKey = program === 'pulumi' && noun === 'config' && ['set', 'get', 'rm'].includes(verb);
    if (!isAboutKey || /^[<.]/.test(key) || project.pulumiKeys(folder).has(key)) return [];
    const where = folder === '.' ? 'the program' : `the program in ${folder}`;
    return [
      `${guide.file}:${line}: \`pulumi config ${verb} ${key}\` does nothing: ${where} reads no such key.`,
    ];
  });
}

const TAKES_VALUE = new Set(['--stack', '-s', '--cwd', '-C', '--config-file']);

/** Words that are no options, and the folder of the program: options may stand anywhere. */
function pulumiWords(words: readonly string[]): { folder: string; positional: readonly string[] } {
  const isFolder = (at: number): boolean => ['-C', '--cwd'].includes(words[at] ?? '');
  const folderAt = words.findIndex((_, at) => isFolder(at));
  const positional = words.filter(
    (word, at) => !word.startsWith('-') && !TAKES_VALUE.has(words[at - 1] ?? ''),
  );
  return { folder: folderAt === -1 ? '.' : (words[folderAt + 1] ?? '.'), positional };
}

/** A name in inline code that is written as ours are, `likeThis` or `LIKE_THIS`, stands in the code too, or in a block of the same guide. */
export function identifiers(guide: Guide, { isInCode }: Project): string[] {
  const named = guide.spans.flatMap(({ line, text }) => {
    const name = /^([a-z]+(?:[A-Z][a-z0-9]*)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:: .+|\(.*\)|=.*)?$/.exec(
      text,
    )?.[1];
    return name === undefined ? [] : [{ line, text: name }];
  });
  return listed(
    guide,
    named,
    (name) => isInCode(name) || shown(guide).has(name),
    (name) => `\`${name}\` is not there: nothing in the project has that name.`,
  );
}

/** An option in inline code is one that some command takes: of ours, or of a block of the same guide. */
export function loneOptions(guide: Guide, { isInCode }: Project): string[] {
  const named = guide.spans.flatMap(({ line, text }) => {
    const option = /^(--[a-z][\w-]*)/.exec(text)?.[1];
    return option === undefined ? [] : [{ line, text: option }];
  });
  return listed(
    guide,
    named,
    (option) => isInCode(option.slice(2)) || shown(guide).has(option),
    (option) =>
      `\`${option}\` is not there: no command of ours takes it, and no block of this guide shows it.`,
  );
}

/** Names and options in the blocks of a guide. */
const shown = ({ fences }: Guide): ReadonlySet<string> =>
  new Set(fences.flatMap(({ body }) => body.match(/(?:--)?[A-Za-z_][\w-]*/g) ?? []));
