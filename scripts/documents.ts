import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { READ_SETTINGS, SETTING_NAMES, settingRow, type Setting } from '../contract/settings';
import { CONFIG_ENTRIES, PROGRAM_KEYS } from '../contract/program-keys';
import { byHandFiles, keyFiles } from './by-hand/files';
import { shownFiles } from './by-hand/shown';
import { ROOT } from './command';
import { githubNamesTable } from '../ops/deploy/values/github-names';

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
      const { meaning, example, required, default: standard } = settingRow(name);
      const notes = [
        meaning,
        ...(required === undefined ? [] : [`Required ${required.words}.`]),
        ...(standard === undefined ? [`For example: ${example}`] : [`Default: ${standard}`]),
      ];
      return `# ${notes.join(' ')}\n${required?.words === 'always' ? '' : '#'}${name}=`;
    });
    return `## ${heading}\n\n${entries.join('\n\n')}\n`;
  });
  return `# Copy this to .env and fill it in. An empty value counts as unset.\n# Made from the settings table by \`npm run documents\`.\n\n${sections.join('\n')}`;
}

/** The table of settings, as Prettier would write it but for the column widths. */
export function settingsTable(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { source, meaning, required, default: standard, deployedDefault } = settingRow(name);
    const defaults = [
      ...(standard === undefined ? [] : [`\`${standard}\``]),
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

/** Writes a file again with something in it brought up to date. */
function rewrite(file: string, update: (text: string) => string): void {
  const place = path.join(ROOT, file);
  writeFileSync(place, update(readFileSync(place, 'utf8')));
}

export const isPartName = (name: string): name is PartName => Object.hasOwn(PARTS, name);

if (require.main === module) {
  rewrite('env.example', envExample);
  rewrite('Pulumi.yaml', withPulumiConfig);
  for (const name of Object.keys(PARTS).filter(isPartName)) {
    rewrite(PARTS[name].document, (text) => withPart(text, name));
  }
}
