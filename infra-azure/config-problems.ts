import { pulumiConfigKey } from '../contract/names';
import { problem } from '../contract/problem';
import { programKeyRow, type ProgramKey } from '../contract/program-keys';
import type { SettingFault } from '../contract/read-settings';
import { settingRow, type ReadSetting } from '../contract/settings';

/** The error text of a key of the program itself. */
export function programProblem({ name, wrong, got }: SettingFault<ProgramKey>): string {
  const { why, example } = programKeyRow(name);
  return problem({ name, wrong, got, why, fix: `Run \`pulumi config set ${name} ${example}\`.` });
}

/** The command that sets a setting. It prompts for a secret of the vendor, and generates our own secrets. */
export function setCommand(name: ReadSetting): string {
  const { source, example } = settingRow(name);
  const key = pulumiConfigKey(name);
  if (source !== 'secret') return `pulumi config set ${key} ${example}`;
  const set = `pulumi config set --secret ${key}`;
  return name === 'TAVUS_API_KEY' ? set : `openssl rand -base64 32 | ${set}`;
}

/** The error text of a setting of the backend, by its key in the stack's configuration. */
export const settingProblem = ({ name, wrong, got }: SettingFault<ReadSetting>): string =>
  problem({
    name: pulumiConfigKey(name),
    wrong,
    got,
    why: settingRow(name).why,
    fix: `Run \`${setCommand(name)}\`.`,
  });
