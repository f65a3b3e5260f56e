import { commandsIn, commandsOf } from './commands';
import { parseGuide, slugOf } from './guide';
import { thisProject } from './project';
import { commands, data, environments, languages } from './rules/blocks';
import {
  identifiers,
  loneOptions,
  mistakes,
  options,
  programs,
  pulumiKeys,
  scripts,
  settings,
} from './rules/names';
import { links, places } from './rules/places';
import { untrueRunners } from './rules/run-by';

const project = thisProject();
const FILE = 'docs/planted.md';
const planted = (...lines: readonly string[]): ReturnType<typeof parseGuide> =>
  parseGuide(FILE, lines.join('\n'));
const block = (language: string, ...body: readonly string[]): string[] => [
  `\`\`\`${language}`,
  ...body,
  '```',
];

describe('a command in a block', () => {
  const strange = block('sh', 'npm ci && npm test', 'terraform apply  # makes it');

  test('that nothing runs is found, with its line', () => {
    expect(commands(planted('# Title', '', 'Do this:', '', ...strange))).toEqual([
      'docs/planted.md:7: nothing runs `terraform apply`. It may be wrong and nobody would notice. Say "needs an account" in ' +
        'the paragraph right before the block, or name in test/documents/rules/run-by.ts what runs it.',
    ]);
  });

  test.each(['This needs an account.', 'Needs an account, and rights:', '- Two steps need an account:'])(
    'may need an account, if the paragraph right before says so: %s',
    (lead) => {
      expect(commands(planted(lead, '', ...strange))).toEqual([]);
      expect(commands(planted(lead, ...strange))).toEqual([]);
    },
  );

  test.each([
    ['a paragraph further up', ['This needs an account.', '', 'Then this:', '']],
    ['another block', ['This needs an account.', '', ...block('sh', 'npm ci'), '']],
    ['a sentence behind it', []],
  ])('is not excused by %s', (_, before) => {
    expect(commands(planted(...before, ...strange, '', 'This needs an account.'))).toHaveLength(1);
  });

  test.each([
    ['after another command', 'npm ci && rm -rf build', 'rm -rf build'],
    ['behind a pipe', 'npm test | tee log', 'tee log'],
    ['with a variable before it', 'AWS_PROFILE=a aws s3 ls', 'aws s3 ls'],
    ['in another', 'npm run local -- "$(aws s3 ls)"', 'aws s3 ls'],
    ['in a variable', 'a="$(aws s3 ls)"', 'aws s3 ls'],
    ['in a loop', 'for a in b c; do aws s3 ls; done', 'aws s3 ls'],
    ['over two lines', 'aws s3 \\\n  ls', 'aws s3 ls'],
    ['of npm, which is not that of the table', 'npm run locally', 'npm run locally'],
  ])('is found %s', (_, row, found) => {
    expect(commands(planted(...block('sh', ...row.split('\n'))))).toEqual([
      expect.stringContaining(`nothing runs \`${found}\`.`),
    ]);
  });

  test('is found in a list and behind a block with more ticks', () => {
    const guide = planted('````text', '```', '````', '- Do:', '', '  ```sh', '  terraform plan', '  ```');
    expect(commands(guide)).toEqual([
      expect.stringMatching(/^docs\/planted\.md:7: nothing runs `terraform plan`/),
    ]);
  });
});

test('a table of runners that is no longer true is found', () => {
  const runners = [
    { command: 'npm a', by: 'gone', as: 'a' },
    { command: 'npm b', by: 'there', as: 'b' },
    { command: 'npm c', by: 'there', as: 'c' },
  ];
  expect(untrueRunners(runners, (file) => (file === 'there' ? 'c' : undefined))).toEqual([
    'npm a: nothing runs it, got gone, which is not there.',
    'npm b: nothing runs it, got there, which has no b.',
  ]);
});

const rule =
  (check: (guide: ReturnType<typeof planted>, of: typeof project) => readonly string[]) =>
  (...lines: readonly string[]): readonly string[] =>
    check(planted(...lines), project);

describe.each([
  ['language', languages, block('bash', 'x'), 'no language that is known, got bash'],
  ['language', languages, block('', 'x'), 'got nothing'],
  ['JSON', data, block('json', '{"a": 1,}'), 'docs/planted.md:1: is no JSON'],
  ['YAML', data, block('yaml', 'a: [1'), 'docs/planted.md:1: is no YAML'],
  [
    'setting of an environment',
    environments,
    block('json', '{"context": {"environments": {"dev": {"retentionDay": 3}}}}'),
    'environments.dev.retentionDay',
  ],
  ['npm script', scripts, ['Run `npm run --silent locall` now.'], '`npm run locall` is not there'],
  ['npm script', scripts, block('sh', 'npm run locall'), 'docs/planted.md:2'],
  ['program', programs, ['Run `npx recording doctor`.'], '`npx recording` is not there'],
  ['mistake', mistakes, ['| `--break two-hours` |'], '`--break two-hours` is not there'],
  ['mistake', mistakes, ['The mistake `no-kms-grants`.'], '`--break no-kms-grants` is not there'],
  ['mistake', options, ['`npm run local -- --break two-hours`'], '--break: no such mistake, got two-hours'],
  ['option', options, ['`npm run local -- --onec`'], '--onec: no such option'],
  [
    'option',
    options,
    ['`npm run local --once`', '`npm run local -- --keep --once`'],
    'contradict each other',
  ],
  ['option', options, block('sh', 'npx recordings doctor --env .env'), '--env: no such option'],
  ['option', options, ['`npx recordings doctor --hand-over <file>`'], '--environment: missing'],
  ['option', options, ['`npm run hand-over -- --env dev`'], '--env: no such option'],
  ['command', options, ['`npx recordings heal`'], 'recordings has no such command'],
  ['option', loneOptions, ['With `--create-a-test` too.'], '`--create-a-test` is not there'],
  ['setting', settings, ['TAVUS_ENABLE_RECORDINGS'], '`TAVUS_ENABLE_RECORDINGS` is not there'],
  [
    'Pulumi key',
    pulumiKeys,
    ['`pulumi config set --secret tavusKey`'],
    '`pulumi config set tavusKey` does nothing',
  ],
  ['Pulumi key', pulumiKeys, block('sh', 'pulumi config set -s dev apName x'), '`pulumi config set apName`'],
  [
    'Pulumi key',
    pulumiKeys,
    ['`pulumi -C infra-azure config get location`'],
    'the program in infra-azure reads no such key',
  ],
  ['name', identifiers, ['Set `existingBucket: "x"`.'], '`existingBucket` is not there'],
  ['variable', identifiers, ['Set `AZURE_TENANT=x`.'], '`AZURE_TENANT` is not there'],
  ['file', places, ['`ops/doctor/gone.ts`'], '`ops/doctor/gone.ts` is not there'],
  ['file', places, ['`package.jsn.ts`'], '`package.jsn.ts` is not there'],
  ['folder', places, ['`local/clouds/`'], '`local/clouds/` is not there'],
  ['file', places, ['Run `npx jest test/gone`.'], '`test/gone` is not there'],
  ['file', places, block('sh', 'node infra-aws/gone.ts'), 'docs/planted.md:2: `infra-aws/gone.ts`'],
  ['file', places, ['`docs/gone-*.md`'], '`docs/gone-*.md` is not there'],
  ['link', links, ['[a](gone.md)'], 'the link to gone.md leads nowhere: git has no docs/gone.md.'],
  ['link', links, ['[a](#b)'], 'the link to #b leads to no heading: docs/planted.md has no #b.'],
  ['link', links, ['[a](../README.md#b)'], 'leads to no heading: README.md has no #b.'],
  ['link', links, ['[a]: ../gone'], 'the link to ../gone leads nowhere'],
])('a wrong %s', (_, check, lines, found) => {
  test(`is found: ${lines.join(' ')}`, () => {
    const findings = rule(check)(...lines);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/^docs\/planted\.md:\d+: /);
    expect(findings[0]).toContain(found);
  });
});

describe.each([
  ['language', languages, [...block('sh'), ...block('mermaid')]],
  ['placeholders', options, ['`npm run local -- --break <mistake>`', '`npx recordings doctor ...`']],
  ['options', options, block('sh', 'npx recordings doctor --environment prod --env-file .env --json')],
  ['options', loneOptions, ['`--create-test-conversation`', '`--foo`', ...block('sh', 'aws x --foo y')]],
  ['settings', settings, ['`TAVUS_API_KEY`, `TAVUS_...`, TAVUS_RECORDING_*']],
  [
    'Pulumi keys',
    pulumiKeys,
    block('sh', 'openssl rand -base64 32 | pulumi config set --stack p --secret tavusApiKey'),
  ],
  [
    'names',
    identifiers,
    ['`existingBucketName`', '`withKmsKey: true`', '`useThis`', ...block('tsx', 'useThis()')],
  ],
  [
    'places',
    places,
    [
      '`cdk.json`, `ops/doctor`, `config.ts`, `dist/server.mjs`, `.env`, `cdk-outputs.json`, `video/mp4`',
      '`test/**/*.test.ts`, `infra-aws/<file>.ts`, `Pulumi.<environment>.yaml`, `/tavus/start`, `azure.md`',
      'As `mine.json`:',
      ...block('json', '{}'),
      '`mine.json`',
    ],
  ],
  [
    'links',
    links,
    ['# A `b` c', '# A b, c', '[a](#a-b-c-1)', '[b](azure.md#in-order)', '[c](https://gone.example)'],
  ],
])('right %s', (_, check, lines) => {
  test('are passed', () => {
    expect(rule(check)(...lines)).toEqual([]);
  });
});

test('a fence that is never closed is an error, not the end of the guide', () => {
  expect(() => planted('a', '```sh', 'b')).toThrow('line 2: the fence is never closed');
});

test('a command ends outside of quotes, substitutions and placeholders', () => {
  expect(commandsIn('a "b && c" $(d | e) <f g> && h \'i;j\' # k', 1).map(({ words }) => words)).toEqual([
    ['a', 'b && c', '$(d | e)', '<f g>'],
    ['d'],
    ['e'],
    ['h', 'i;j'],
  ]);
});

test('a here-document holds no commands', () => {
  const [fence] = planted(...block('sh', "cat <<'END' > a", 'b c', 'END', 'd')).fences;
  expect(fence && commandsOf(fence).map(({ words }) => words[0])).toEqual(['cat', 'd']);
});

// As GitHub shows them, seen on its pages on 2026-11-25 or earlier.
test.each([
  ['What it makes, and why so', 'what-it-makes-and-why-so'],
  ['`npm run local`: the laptop', 'npm-run-local-the-laptop'],
  ['"Nothing" & the [rest](x.md)', 'nothing--the-rest'],
  ['snake_case – und Ä', 'snake_case--und-ä'],
])('the anchor of %s is %s', (heading, anchor) => {
  expect(slugOf(heading)).toBe(anchor);
});
