import { pulumiConfigKey } from './names';
import { settingRow, type ReadSetting, type SettingSource } from './settings';

const FIXES: Readonly<Record<SettingSource, (key: string, example: string) => string>> = {
  secret: (key) => `Set it in .env, or run \`pulumi config set --secret ${key}\`.`,
  aws: () => 'Run `npx cdk deploy`, and copy the value from cdk-outputs.json.',
  azure: () => 'Set it in .env; on Azure the Pulumi program sets it.',
  config: (key, example) => `Set it in .env, or run \`pulumi config set ${key} ${example}\`.`,
};

/** What to do about a missing or wrong value: the last part of its error. */
export function settingFix(name: ReadSetting): string {
  const { source, example } = settingRow(name);
  return FIXES[source](pulumiConfigKey(name), example);
}
