import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { READ_SETTINGS, SETTING_NAMES, settingRow, type Setting } from '../contract/settings';
import { CONFIG_ENTRIES, PROGRAM_KEYS } from '../contract/program-keys';
import { byHandFiles, keyFiles } from './by-hand/files';
import { shownFiles } from './by-hand/shown';
import { ROOT } from './command';
import { githubEnv, githubNamesTable } from '../ops/deploy/values/github-names';

const HEADINGS: Readonly<Record<Setting['source'], string>> = {
  secret: 'Secrets: keep the file that holds them out of git',
  config: 'Your choices',
  aws: 'From cdk-outputs.json, after `cdk deploy`',
  azure: 'Set by the Pulumi program on Azure; by you elsewhere',
};

/** `env.example`: every setting that the backend reads, with its meaning; nothing but what is required is switched on. */
export function envExample(): string {
  const sections = Object.entries(HEADINGS).map(([source, heading]) => {
    const entries = READ_SETTINGS.filter((name) => settingRow(name).source === source).map((name) => {
      const { meaning, example, required, default: standard, defaultWords } = settingRow(name);
      const notes = [
        meaning,
        ...(required === undefined ? [] : [`Required ${required.words}.`]),
        defaultLine(example, standard ?? defaultWords?.replaceAll('`', '')),
      ];
      return `# ${notes.join(' ')}\n${required?.words === 'always' ? '' : '#'}${name}=`;
    });
    return `## ${heading}\n\n${entries.join('\n\n')}\n`;
  });
  return `# Copy this to .env and fill it in. An empty value counts as unset.\n# Made from the settings table by \`npm run documents\`.\n\n${sections.join('\n')}`;
}

const defaultLine = (example: string, standard: string | undefined): string =>
  standard === undefined ? `For example: ${example}` : `Default: ${standard}`;

/** The table of settings, as Prettier would write it but for the column widths. */
export function settingsTable(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { source, meaning, required, default: standard, defaultWords, deployedDefault } = settingRow(name);
    const defaults = [
      ...(standard === undefined ? [] : [`\`${standard}\``]),
      ...(defaultWords === undefined ? [] : [defaultWords]),
      ...(deployedDefault === undefined ? [] : [`on Azure \`${deployedDefault}\``]),
      ...(required === undefined ? [] : [`required ${required.words}`]),
    ];
    return `| \`${name}\` | ${source} | ${defaults.join(', ') || '-'} | ${meaning} |`;
  });
  return ['| Setting | From | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** `config:` of Pulumi.yaml, from the program's own keys and the settings table. */
export function pulumiConfig(): string {
  const entries = Object.entries(CONFIG_ENTRIES).map(
    ([key, entry]) =>
      `  ${key}:\n    type: ${entry.type}\n    default: ${yamlScalar(entry.default)}\n    description: ${yamlScalar(entry.description)}\n`,
  );
  return `config:\n${entries.join('')}`;
}

/** Text in single quotes, as Prettier writes it; numbers and booleans as they are. */
const yamlScalar = (value: boolean | number | string): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** Puts `config:` at the end of Pulumi.yaml, in place of what is there. */
export function withPulumiConfig(project: string): string {
  const [before, after] = project.split(/^config:$/m);
  if (before === undefined || after === undefined) throw new Error('Pulumi.yaml: has no `config:`.');
  return `${before}${pulumiConfig()}`;
}

/** The program's own keys, as Prettier would write them but for the column widths. */
export function programKeysTable(): string {
  const rows = Object.entries(PROGRAM_KEYS).map(
    ([key, { default: standard, meaning }]) =>
      `| \`${key}\` | ${standard === '' ? '-' : `\`${standard}\``} | ${meaning} |`,
  );
  return ['| Key | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** What is made in a guide: between marks of this name, each with the guide that it stands in. */
export const PARTS = {
  settings: { document: 'README.md', content: settingsTable },
  'program-keys': { document: 'docs/azure.md', content: programKeysTable },
  'by-hand': { document: 'RECORDING_CONFIGURATION.md', content: () => shownFiles(byHandFiles('s3')) },
  'by-hand-kms': { document: 'RECORDING_CONFIGURATION.md', content: () => shownFiles(keyFiles()) },
  'github-names': { document: 'docs/deploying-by-ci.md', content: githubNamesTable },
} as const;

export type PartName = keyof typeof PARTS;

/** Where a generated part begins and ends. */
export const marks = (name: PartName): { readonly begin: string; readonly end: string } => ({
  begin: `<!-- ${name}: made by \`npm run documents\` -->`,
  end: `<!-- /${name} -->`,
});

/** Puts a part between its marks. */
export function withPart(document: string, name: PartName): string {
  const { begin, end } = marks(name);
  const [before = '', rest = ''] = document.split(begin);
  const [, after] = rest.split(end);
  if (after === undefined) throw new Error(`${PARTS[name].document}: has no marks for ${name}.`);
  return `${before}${begin}\n\n${PARTS[name].content()}\n\n${end}${after}`;
}

export const isPartName = (name: string): name is PartName => Object.hasOwn(PARTS, name);

/** Settings of the compose file's backend: passed on, each with its default. Inside the container address and port are fixed. */
const composeSettings = (): readonly string[] =>
  READ_SETTINGS.filter((name) => name !== 'HOST' && name !== 'PORT').map(
    (name) => `${name}: \${${name}:-${settingRow(name).default ?? ''}}`,
  );

/** What is made in YAML, between comments of this name. */
const YAML_PARTS: Readonly<Record<string, () => readonly string[]>> = {
  settings: composeSettings,
  'variables-check': () => githubEnv('check', 'variable'),
  'variables-deploy': () => githubEnv('deploy', 'variable'),
  // Both kinds of job get the same.
  secrets: () => githubEnv('deploy', 'secret'),
};

/** Puts every part between its comments, wherever they stand, as far to the right as they do. */
export function withYamlParts(file: string, text: string): string {
  let count = 0;
  const updated = text.replaceAll(
    /^( *)(# ([\w-]+): made by `npm run documents`)\n[^]*?^\1(# \/\3)$/gm,
    (_, indent: string, begin: string, name: string, end: string) => {
      count += 1;
      const lines = YAML_PARTS[name]?.();
      if (lines === undefined) throw new Error(`${file}: has a part ${name}, of which nothing is known.`);
      return [begin, ...lines, end].map((line) => `${indent}${line}`).join('\n');
    },
  );
  if (count === 0) throw new Error(`${file}: has no marks.`);
  return updated;
}

/** Brings the text of a document up to date. */
type Update = (text: string) => string;

const yaml = (file: string): readonly [string, Update] => [file, (text) => withYamlParts(file, text)];

/** Every document in which something is made, by its path. */
export const DOCUMENTS: readonly (readonly [string, Update])[] = [
  ['env.example', envExample],
  ['Pulumi.yaml', withPulumiConfig],
  ...['docker-compose.yml', '.github/workflows/deploy.yml', '.github/workflows/drift.yml'].map(yaml),
  ...Object.keys(PARTS)
    .filter(isPartName)
    .map((name): readonly [string, Update] => [PARTS[name].document, (text) => withPart(text, name)]),
];

if (require.main === module) {
  for (const [file, update] of DOCUMENTS) {
    const place = path.join(ROOT, file);
    writeFileSync(place, update(readFileSync(place, 'utf8')));
  }
}
