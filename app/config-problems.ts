import { pulumiConfigKey } from './contract/names';
import { SETTING_REASONS } from './contract/setting-reasons';
import { SETTINGS, type ReadSetting, type Setting, type SettingSource } from './contract/settings';

/** All that is wrong with the environment, one bullet each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The backend cannot start:\n${problems.map((one) => `- ${one}`).join('\n')}`);
  }
}

/** What to do about it, by where the value comes from. */
const FIXES: Readonly<Record<SettingSource, (name: ReadSetting, setting: Setting) => string>> = {
  secret: (name) => `Set it in .env, or run \`pulumi config set --secret ${pulumiConfigKey(name)}\`.`,
  aws: () => 'Run `npx cdk deploy`, and take it from cdk-outputs.json.',
  azure: () => 'Set it in .env; on Azure the Pulumi program sets it.',
  config: (name, { example }) =>
    `Set it in .env, or run \`pulumi config set ${pulumiConfigKey(name)} ${example}\`.`,
};

/** One problem in four parts. `got` must not hold a secret. */
export function problem(name: ReadSetting, wrong: string, got: string): string {
  const setting: Setting = SETTINGS[name];
  return `${name}: ${wrong}, got ${got}. ${SETTING_REASONS[name]} ${FIXES[setting.source](name, setting)}`;
}
