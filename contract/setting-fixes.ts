import { pulumiConfigKey } from './names';
import type { ReadSetting, Setting, SettingSource } from './settings';

/** What to do about a missing or wrong value, by where it comes from: the fourth part of an error about it. */
export const SETTING_FIXES: Readonly<Record<SettingSource, (name: ReadSetting, setting: Setting) => string>> =
  {
    secret: (name) => `Set it in .env, or run \`pulumi config set --secret ${pulumiConfigKey(name)}\`.`,
    aws: () => 'Run `npx cdk deploy`, and take it from cdk-outputs.json.',
    azure: () => 'Set it in .env; on Azure the Pulumi program sets it.',
    config: (name, { example }) =>
      `Set it in .env, or run \`pulumi config set ${pulumiConfigKey(name)} ${example}\`.`,
  };
