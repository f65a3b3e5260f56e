import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { CONTRACT_VERSION, IDENTITY_OUTPUTS, stackName } from '../../contract/hand-over';
import { outputId, pulumiConfigKey } from '../../contract/names';
import {
  SETTING_NAMES,
  SETTINGS,
  type AwsSetting,
  type Setting,
  type SettingName,
} from '../../contract/settings';
import { PROJECT } from '../../local/azure/stack/project';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

const AWS: Readonly<Record<AwsSetting, string>> = {
  TAVUS_RECORDING_S3_BUCKET_NAME: 'made-up-recordings',
  TAVUS_RECORDING_S3_BUCKET_REGION: REGION,
  TAVUS_AWS_ASSUME_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/made-up`,
};

type Config = Readonly<Record<string, string>>;

/** Configuration with which a stack is played through. */
export interface MadeUpConfig {
  readonly config: Config;
  readonly secretKeys: readonly string[];
}

const setting = (name: SettingName): Setting => SETTINGS[name];

const keysOf = (isWanted: (setting: Setting) => boolean): (readonly [string, Setting])[] =>
  SETTING_NAMES.filter((name) => isWanted(setting(name))).map((name) => [
    pulumiConfigKey(name),
    setting(name),
  ]);

const SECRETS = keysOf(({ source }) => source === 'secret');
const REQUIRED = keysOf(({ source, required }) => source === 'config' && required !== undefined);

const STACK_FILE = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/** What a stack's committed file says in plain text, by key without namespace; encrypted values can't be read here. */
function committed(tree: string, environment: string): Config {
  const file = path.join(tree, `Pulumi.${environment}.yaml`);
  if (!existsSync(file)) return {};
  const { config } = STACK_FILE.parse(parse(readFileSync(file, 'utf8')) ?? {});
  const namespace = `${PROJECT.project}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key, value]) => key.startsWith(namespace) && typeof value !== 'object')
      .map(([key, value]) => [key.slice(namespace.length), String(value)]),
  );
}

/**
 * A configuration for an environment with a backend that records: what is committed, and made-up values for what only a
 * deployment has (secrets, image, what AWS hands over).
 * @param folder where the made-up hand-over is written
 */
export function madeUpConfig(tree: string, environment: string, folder: string): MadeUpConfig {
  const handOverFile = path.join(folder, `hand-over-${environment}.json`);
  const outputs = {
    [IDENTITY_OUTPUTS.environment]: environment,
    [IDENTITY_OUTPUTS.account]: ACCOUNT,
    [IDENTITY_OUTPUTS.region]: REGION,
    [IDENTITY_OUTPUTS.contractVersion]: CONTRACT_VERSION,
    ...Object.fromEntries(Object.entries(AWS).map(([name, value]) => [outputId(name), value])),
  };
  writeFileSync(handOverFile, JSON.stringify({ [stackName(environment)]: outputs }));
  return {
    config: {
      ...Object.fromEntries(REQUIRED.map(([key, { example }]) => [key, example])),
      ...committed(tree, environment),
      ...Object.fromEntries(SECRETS.map(([key]) => [key, `made-up-${key}-0123456789abcdef0123456789`])),
      image: `made-up.azurecr.io/tavus-recordings@sha256:${'0'.repeat(64)}`,
      [pulumiConfigKey('TAVUS_ENABLE_RECORDING')]: 'true',
      awsAccount: ACCOUNT,
      awsRegion: REGION,
      handOverFile,
    },
    secretKeys: SECRETS.map(([key]) => key),
  };
}
