import { execFileSync } from 'node:child_process';
import { SAY_IT_ALL } from './errors-that-say-it-all';
import { read, ROOT } from './guide';

const files = (...patterns: readonly string[]): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '');

const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** Patterns of error texts in the sources: the `wrong` of `problem()`, and the title of a problem response. */
const PATTERNS = [
  /\bwrong(?::|\s=)(?<text>[^;]*?)(?:\n\s*\}|\b(?:got|why|name|fix|hint)\b\s*[:,}])/g,
  new RegExp(String.raw`\btitle:\s*(?<text>${LITERAL.source})`, 'g'),
];

/** In the contract also a schema's message. */
const MESSAGE = /^.(?:is|has|cannot) /;

const textsIn = (file: string): string[] => {
  const text = read(file);
  const texts = PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => groups?.['text'] ?? ''),
  );
  const messages = file.startsWith('contract/')
    ? (text.match(LITERAL) ?? []).filter((one) => MESSAGE.test(one))
    : [];
  return [...texts.flatMap((one) => one.match(LITERAL) ?? []), ...messages];
};

/** The constant first words of a literal: up to five, without placeholders. */
const firstWords = (literal: string): string =>
  literal
    .slice(1, -1)
    .split(/\$\{|[,:;(.]/, 1)
    .join('')
    .replaceAll('\\', '')
    .trim()
    .split(/\s+/)
    .slice(0, 5)
    .join(' ');

/** Fewer words are not specific enough for a search. */
const isTelling = (words: string): boolean => words.split(' ').length >= 2;

const errors = new Set(
  files('app/*.ts', 'contract/*.ts', 'infra-aws/*.ts', 'infra-azure/*.ts', 'ops/*.ts')
    // The page's own words are not looked up: they stand in front of who reads them.
    .filter((file) => !file.startsWith('app/qa/'))
    .flatMap(textsIn)
    .map(firstWords)
    .filter(isTelling),
);

const guides = files('*.md')
  .map((file) => read(file).replaceAll(/\s+/g, ' '))
  .join('\n');
const isInGuide = (words: string): boolean => guides.includes(words);

test('the first words of every error are in a guide, or the error is listed as self-explanatory', () => {
  const lost = [...errors].filter((words) => !isInGuide(words) && !SAY_IT_ALL.includes(words));
  expect(lost).toEqual([]);
});

test('the list has only existing errors that no guide has', () => {
  expect(SAY_IT_ALL.filter((words) => !errors.has(words) || isInGuide(words))).toEqual([]);
});

test('errors are found in each form that the sources use', () => {
  expect([...errors]).toEqual(
    expect.arrayContaining([
      'unknown setting',
      'has its quotes in it',
      'is not a key',
      'Tavus cannot be reached',
    ]),
  );
});
