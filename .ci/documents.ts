import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SETTING_NAMES, SETTINGS, type Setting, type SettingName } from '../app/contract/settings';
import { CONFIG_ENTRIES } from '../infra-azure/config-keys';
import { ROOT } from './command';

const setting = (name: SettingName): Setting => SETTINGS[name];

/** Settings that the backend reads: those of its container's environment. */
export const BACKEND_SETTINGS: readonly SettingName[] = SETTING_NAMES.filter(
  (name) => setting(name).readByApp !== false,
);

const HEADINGS: Readonly<Record<Setting['source'], string>> = {
  secret: 'Secrets: keep the file that holds them out of git',
  config: 'Your choices',
  aws: 'From cdk-outputs.json, after `cdk deploy`',
  azure: 'Set by the Pulumi program on Azure; by you elsewhere',
};

/** `env.example`: every setting that the backend reads, with its meaning; nothing but what is required is switched on. */
export function envExample(): string {
  const sections = Object.entries(HEADINGS).map(([source, heading]) => {
    const entries = BACKEND_SETTINGS.filter((name) => setting(name).source === source).map((name) => {
      const { meaning, example, required, default: standard } = setting(name);
      const notes = [
        meaning,
        ...(required === undefined ? [] : [`Required ${required}.`]),
        ...(standard === undefined ? [`For example: ${example}`] : [`Default: ${standard}`]),
      ];
      return `# ${notes.join(' ')}\n${required === 'always' ? '' : '#'}${name}=`;
    });
    return `## ${heading}\n\n${entries.join('\n\n')}\n`;
  });
  return `# Copy this to .env and fill it in. An empty value counts as unset.\n# Made from the settings table by \`npm run documents\`.\n\n${sections.join('\n')}`;
}

/** The README's table of settings, as Prettier would write it but for the column widths. */
export function settingsTable(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { source, meaning, required, default: standard, deployedDefault } = setting(name);
    const defaults = [
      ...(standard === undefined ? [] : [`\`${standard}\``]),
      ...(deployedDefault === undefined ? [] : [`on Azure \`${deployedDefault}\``]),
      ...(required === undefined ? [] : [`required ${required}`]),
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

/** Where a generated part of a document begins and ends. */
export const GENERATED = {
  begin: '<!-- settings: made by `npm run documents` -->',
  end: '<!-- /settings -->',
} as const;

/** Puts the settings table between its marks. */
export function withSettingsTable(readme: string): string {
  const [before = '', rest = ''] = readme.split(GENERATED.begin);
  const [, after] = rest.split(GENERATED.end);
  if (after === undefined) throw new Error('README.md: has no marks for the settings table.');
  return `${before}${GENERATED.begin}\n\n${settingsTable()}\n\n${GENERATED.end}${after}`;
}

if (require.main === module) {
  writeFileSync(path.join(ROOT, 'env.example'), envExample());
  const project = path.join(ROOT, 'Pulumi.yaml');
  writeFileSync(project, withPulumiConfig(readFileSync(project, 'utf8')));
  const readme = path.join(ROOT, 'README.md');
  writeFileSync(readme, withSettingsTable(readFileSync(readme, 'utf8')));
}
