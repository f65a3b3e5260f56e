import { parse } from 'yaml';
import { environmentProblems } from '../../../contract/environments';
import { commandsOf, type Command } from '../commands';
import type { Fence, Guide } from '../guide';
import { RUN_BY } from './run-by';

/** What must stand in the paragraph right before a block whose commands nothing here can run. */
const MARK = /\bneeds? an account\b/i;
const LANGUAGES = new Set([
  'sh',
  'json',
  'yaml',
  'ts',
  'tsx',
  'mermaid',
  'text',
  'ini',
  'html',
  'http',
  'kusto',
]);
/** Other names that people give a block for a shell. */
const SHELLS = new Set(['bash', 'shell', 'zsh', 'console', 'shell-session']);

const isRun = ({ words }: Command): boolean =>
  RUN_BY.some(({ command }) => command.split(' ').every((word, index) => words[index] === word));

/** Every block says what it is: one that does not could hide a command. */
export function languages({ file, fences }: Guide): string[] {
  return fences.flatMap(({ language, line }) => {
    if (LANGUAGES.has(language)) return [];
    const way = SHELLS.has(language) ? 'Write `sh`' : `Write one of ${[...LANGUAGES].join(', ')}`;
    return [
      `${file}:${line}: the block has no language that is known, got ${language || 'nothing'}. ` +
        `What it holds would not be checked. ${way}.`,
    ];
  });
}

/** Every command is run by something, or its block says that it needs an account. */
export function commands({ file, fences }: Guide): string[] {
  return fences
    .filter(({ language, lead }) => language === 'sh' && !MARK.test(lead))
    .flatMap((fence) => {
      const strange = commandsOf(fence).filter((command) => !isRun(command));
      return strange.length === 0
        ? []
        : [
            `${file}:${strange[0]?.line}: nothing runs ${strange.map(({ text }) => `\`${text}\``).join(', ')}. ` +
              'It may be wrong and nobody would notice. Say "needs an account" in the paragraph right before the block, ' +
              'or name in test/documents/rules/run-by.ts what runs it.',
          ];
    });
}

function readable(
  { file }: Guide,
  { line, body, language }: Fence,
  read: (text: string) => unknown,
): string[] {
  try {
    read(body);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1).join('') : String(error);
    return [
      `${file}:${line}: is no ${language.toUpperCase()}, got "${reason}". Whoever copies it gets an error. Correct it.`,
    ];
  }
}

/** JSON and YAML are such. */
export function data(guide: Guide): string[] {
  return guide.fences.flatMap((fence) => {
    if (fence.language === 'json') return readable(guide, fence, JSON.parse);
    return fence.language === 'yaml' ? readable(guide, fence, (text) => parse(text)) : [];
  });
}

/** Settings of environments, as they stand in cdk.json, are ones that `cdk deploy` takes. */
export function environments({ file, fences }: Guide): string[] {
  return fences
    .filter(({ language }) => language === 'json')
    .flatMap(({ body, line }) => {
      const found = /"environments":/.test(body) ? environmentsIn(body) : undefined;
      return found === undefined
        ? []
        : environmentProblems(found).map((problem) => `${file}:${line}: ${problem}`);
    });
}

function environmentsIn(body: string): unknown {
  try {
    const json: { environments?: unknown; context?: { environments?: unknown } } = JSON.parse(body);
    return json.environments ?? json.context?.environments;
  } catch {
    return undefined;
  }
}
