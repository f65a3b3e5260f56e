import { LAPTOP_ENVIRONMENT } from '../contract/hand-over';
import { pulumiConfigKey } from '../contract/names';
import { formatValue, problem } from '../contract/problem';
import { isLoopback } from '../contract/schemas';
import { SECRET_SETTINGS, type ReadSetting, type SecretSetting } from '../contract/settings';
import { programProblem, setCommand, settingProblem } from './config-problems';
import type { ConfigSource } from './config-source';
import type { ConfigValues } from './config-values';

/** Problems of secrets that were set without `--secret`: they are readable in the stack's file and its copies. */
export const plainTextSecrets = (source: ConfigSource): string[] =>
  SECRET_SETTINGS.filter((name) => {
    const key = pulumiConfigKey(name);
    return source.get(key) !== undefined && !source.isSecret(key);
  }).map((name) =>
    problem({
      name: pulumiConfigKey(name),
      wrong: 'is not encrypted',
      got: "plain text in the stack's file",
      why: 'Anyone with a copy of the file can read it, so encrypting it now does not help.',
      fix: replaceSecret(name),
    }),
  );

/** How to replace an exposed secret. Callback secrets are replaced, not rotated: a rotation would keep the old one valid. */
const replaceSecret = (name: SecretSetting): string =>
  name === 'TAVUS_API_KEY'
    ? `Make another key at Tavus, run \`${setCommand(name)}\` with it, and revoke this one.`
    : `Replace it: run \`${setCommand(name)}\`.`;

/** Texts with the keys of this configuration in place of the settings' names. */
const MISSING: { readonly [Name in ReadSetting]?: string } = {
  TAVUS_PERSONA_ID: 'missing, and so is tavusReplicaId',
  START_API_KEY: 'missing, and easyAuth is not true',
};

/** Problems of missing values. A wrong value has its own problem. */
export function missingForBackend(
  source: ConfigSource,
  { program, settings, missing }: ConfigValues,
): readonly string[] {
  const isClientMissing =
    settings.EASY_AUTH === true &&
    program.easyAuthClientId === undefined &&
    source.get('easyAuthClientId') === undefined;
  return [
    ...missing.map((name) => settingProblem({ name, wrong: MISSING[name] ?? 'missing', got: 'nothing' })),
    ...(isClientMissing
      ? [
          programProblem({
            name: 'easyAuthClientId',
            wrong: 'missing although easyAuth is true',
            got: 'nothing',
          }),
        ]
      : []),
  ];
}

/** Loopback addresses are only for the laptop cloud's stack: on Azure they lead nowhere. */
export function validateHosts(environment: string, { settings }: ConfigValues): readonly string[] {
  const isLocal = (url: string): boolean => isLoopback(new URL(url));
  if (environment === LAPTOP_ENVIRONMENT) {
    const { TAVUS_API_BASE_URL: tavus } = settings;
    return tavus === undefined || isLocal(tavus)
      ? []
      : [
          problem({
            name: 'stack',
            wrong: `${LAPTOP_ENVIRONMENT} is the name of the laptop cloud's stack`,
            got: 'a tavusApiBaseUrl on another machine',
            why: "The laptop cloud's bucket and role exist in no AWS account.",
            fix: 'Name the stack after the environment that it deploys.',
          }),
        ];
  }
  return (['TAVUS_API_BASE_URL', 'PUBLIC_BASE_URL', 'ROOM_ORIGIN'] as const).flatMap((name) => {
    const url = settings[name];
    return url !== undefined && isLocal(url)
      ? [settingProblem({ name, wrong: 'is on this machine', got: formatValue(url) })]
      : [];
  });
}
