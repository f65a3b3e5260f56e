import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { problem, ProblemsError } from '../contract/problem';
import { READ_SETTINGS, settingRow, type Setting } from '../contract/settings';
import { CONFIG_ENTRIES } from '../contract/program-keys';
import { setupFileAt, SETUP_PATHS } from './manual-setup/files';
import type { JobKind } from '../ops/deploy/values/ci-variables';
import { PRECEDENCE, STATES } from '../app/ledger/states';
import { ROOT } from './command';
import { githubEnv, githubNamesList } from '../ops/deploy/values/github-names';

const HEADINGS: Readonly<Record<Setting['source'], string>> = {
  secret: 'Secrets: keep the file that holds them out of git',
  config: 'Your choices',
  aws: 'From cdk-outputs.json, after `cdk deploy`',
  azure: 'Set by the Pulumi program on Azure; by you elsewhere',
};

/** Node, Compose and `docker run --env-file` parse values differently; these rules work for all three. */
const ENV_EXAMPLE_HEAD = [
  'Copy this to .env and fill it in. An empty value counts as unset.',
  "Put a value with # or $ in 'single quotes'. `docker run --env-file` keeps quotes: for it choose a value without # and $.",
  'Generated from the settings table by `npm run documents`.',
];

/** `env.example`: all settings of the backend with their meaning. Only required and suggested ones are not commented out. */
function envExample(): string {
  const sections = Object.entries(HEADINGS).map(([source, heading]) => {
    const entries = READ_SETTINGS.filter((name) => settingRow(name).source === source).map((name) => {
      const { meaning, example, required, default: standard, defaultWords, suggested } = settingRow(name);
      const notes = [
        meaning,
        ...(required === undefined ? [] : [`Required ${required.words}.`]),
        defaultLine(example, standard ?? defaultWords?.replaceAll('`', '')),
      ];
      const isSet = required?.words === 'always' || suggested !== undefined;
      return `# ${notes.join(' ')}\n${isSet ? '' : '#'}${name}=${suggested ?? ''}`;
    });
    return `## ${heading}\n\n${entries.join('\n\n')}\n`;
  });
  return `${ENV_EXAMPLE_HEAD.map((line) => `# ${line}\n`).join('')}\n${sections.join('\n')}`;
}

/** `app/start.env`: values for `npm start`; `.env` and the environment override them. */
const startEnv = (): string =>
  READ_SETTINGS.flatMap((name) => {
    const { suggested } = settingRow(name);
    return suggested === undefined ? [] : [`${name}=${suggested}\n`];
  }).join('');

const defaultLine = (example: string, standard: string | undefined): string =>
  standard === undefined ? `For example: ${example}` : `Default: ${standard}`;

/** The settings by source, in the order of {@link HEADINGS}. */
const settingsList = (): string =>
  Object.keys(HEADINGS)
    .map((source) => {
      const entries = READ_SETTINGS.filter((name) => settingRow(name).source === source).map((name) => {
        const { meaning, required, default: standard, defaultWords, deployedDefault } = settingRow(name);
        const notes = [
          ...(standard === undefined ? [] : [`default \`${standard}\``]),
          ...(defaultWords === undefined ? [] : [defaultWords]),
          ...(deployedDefault === undefined ? [] : [`on Azure \`${deployedDefault}\``]),
          ...(required === undefined ? [] : [`required ${required.words}`]),
        ];
        return `- \`${name}\`${notes.length === 0 ? '' : ` (${notes.join(', ')})`}: ${meaning}`;
      });
      return `## \`${source}\`\n\n${entries.join('\n')}`;
    })
    .join('\n\n');

/** `config:` of Pulumi.yaml, from the program's own keys and the settings table. */
function pulumiConfig(): string {
  const entries = Object.entries(CONFIG_ENTRIES).map(
    ([key, entry]) =>
      `  ${key}:\n    type: ${entry.type}\n    default: ${yamlScalar(entry.default)}\n    description: ${yamlScalar(entry.description)}\n`,
  );
  return `config:\n${entries.join('')}`;
}

/** Text in single quotes, as Prettier writes it; numbers and booleans as they are. */
const yamlScalar = (value: boolean | number | string): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** Replaces `config:` at the end of Pulumi.yaml. */
function withPulumiConfig(project: string): string {
  const [before, after] = project.split(/^config:$/m);
  if (before === undefined || after === undefined) throw unmarked('Pulumi.yaml', 'has no `config:`');
  return `${before}${pulumiConfig()}`;
}

/** Settings that docker-compose.yml sets itself. */
const FIXED_IN_COMPOSE: ReadonlySet<string> = new Set(['HOST', 'PORT', 'LEDGER_URL']);

/** Lines of docker-compose.yml that pass the settings to the backend, with their defaults. */
const composeSettings = (): readonly string[] =>
  READ_SETTINGS.filter((name) => !FIXED_IN_COMPOSE.has(name)).map(
    (name) => `${name}: \${${name}:-${settingRow(name).default ?? ''}}`,
  );

/** The states, in the order of their rules. */
const statesList = (): string =>
  [...new Set(PRECEDENCE.map(({ state }) => state))]
    .map((state) => {
      const { meaning, isFinal, isTold, counts } = STATES[state];
      const notes = [
        ...(isFinal ? ['final'] : []),
        ...(isTold ? ['told'] : []),
        ...(counts === undefined ? [] : [counts]),
      ];
      return `- \`${state}\`${notes.length === 0 ? '' : ` (${notes.join(', ')})`}: ${meaning}`;
    })
    .join('\n');

/** The allowed transitions of states that are otherwise final. */
const statesLeadTo = (): string =>
  Object.entries(STATES)
    .flatMap(([state, { leadsTo }]) =>
      leadsTo === undefined
        ? []
        : [`- \`${state}\` can only become ${leadsTo.map((one) => `\`${one}\``).join(', ')}.`],
    )
    .join('\n');

type Parts = Readonly<Record<string, () => readonly string[]>>;

const paragraph = (make: () => string) => (): readonly string[] => ['', make(), ''];

const variables = (job: JobKind) => (): readonly string[] => githubEnv(job, 'variable');

// Both kinds of job get the same secrets.
const secrets = (): readonly string[] => githubEnv('deploy', 'secret');

/** Generated parts by document and by the name of the markers around them. */
const MARKED: Readonly<Record<string, Parts>> = {
  'docs/settings.md': { settings: paragraph(settingsList) },
  'docs/ledger.md': { states: paragraph(() => `${statesList()}\n\n${statesLeadTo()}`) },
  'docs/deploying-by-ci.md': { 'github-names': paragraph(githubNamesList) },
  'docker-compose.yml': { settings: composeSettings },
  '.github/workflows/deploy.yml': {
    'variables-check': variables('check'),
    'variables-deploy': variables('deploy'),
    secrets,
  },
  '.github/workflows/drift.yml': { 'variables-check': variables('check'), secrets },
};

const PART =
  /^( *)((?:#|<!--) ([\w-]+): made by `npm run documents`(?: -->)?)\n[^]*?^\1((?:#|<!--) \/\3(?: -->)?)$/gm;

const unmarked = (file: string, wrong: string): ProblemsError =>
  new ProblemsError([
    problem({
      name: file,
      wrong,
      got: 'a file without it',
      why: 'The generated text cannot be inserted.',
      fix: 'Restore it, or correct scripts/documents.ts.',
    }),
  ]);

/** Writes every part between its markers, with their indentation. */
function withParts(file: string, parts: Parts, text: string): string {
  const missing = new Set(Object.keys(parts));
  const updated = text.replaceAll(PART, (_, indent: string, begin: string, name: string, end: string) => {
    const make = parts[name];
    if (make === undefined) throw unmarked(file, `has an unknown part ${name}`);
    missing.delete(name);
    return [begin, ...make(), end].map((line) => `${indent}${line}`).join('\n');
  });
  if (missing.size > 0) throw unmarked(file, `has no markers for ${[...missing].join(', ')}`);
  return updated;
}

/** Every document with generated parts, with the function that updates its text. */
export const DOCUMENTS: readonly (readonly [string, (text: string) => string])[] = [
  ['env.example', envExample],
  ['app/start.env', startEnv],
  ['Pulumi.yaml', withPulumiConfig],
  ...SETUP_PATHS.map((file) => [file, () => setupFileAt(file)] as const),
  ...Object.entries(MARKED).map(
    ([file, parts]) => [file, (text: string) => withParts(file, parts, text)] as const,
  ),
];

if (require.main === module) {
  for (const [file, update] of DOCUMENTS) {
    const absolute = path.join(ROOT, file);
    writeFileSync(absolute, update(readFileSync(absolute, 'utf8')));
  }
}
