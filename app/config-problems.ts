import type { MisreadName } from './contract/misread-names';
import { SETTING_FIXES } from './contract/setting-fixes';
import { SETTING_REASONS } from './contract/setting-reasons';
import { SETTINGS, type ReadSetting, type Setting } from './contract/settings';

/** All that is wrong with the environment, one bullet each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The backend cannot start:\n${problems.map((one) => `- ${one}`).join('\n')}`);
  }
}

/** One problem in four parts. `got` must not hold a secret. */
export function problem(name: ReadSetting, wrong: string, got: string): string {
  const setting: Setting = SETTINGS[name];
  return `${name}: ${wrong}, got ${got}. ${SETTING_REASONS[name]} ${SETTING_FIXES[setting.source](name, setting)}`;
}

/** The same of a variable whose name is misread. */
export const misreadProblem = ({ shown, wrong, got, why, fix }: MisreadName): string =>
  `${shown}: ${wrong}, got ${got}. ${why} ${fix}`;
