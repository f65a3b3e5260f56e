import { LAPTOP_ENVIRONMENT } from '../contract/hand-over';
import { pulumiConfigKey } from '../contract/names';
import { formatValue, problem } from '../contract/problem';
import { isLoopback } from '../contract/schemas';
import { SECRET_SETTINGS, type ReadSetting, type SecretSetting } from '../contract/settings';
import { programProblem, setCommand, settingProblem } from './config-problems';
import type { ConfigSource } from './config-source';
import type { ConfigValues } from './config-values';

/** A secret that was set without `--secret` stands readable in the stack's file, and in every copy of it. */
export const plainTextSecrets = (source: ConfigSource): string[] =>
  SECRET_SETTINGS.filter((name) => {
    const key = pulumiConfigKey(name);
    return source.get(key) !== undefined && !source.isSecret(key);
  }).map((name) =>
    problem({
      name: pulumiConfigKey(name),
      wrong: 'is not encrypted',
      got: "plain text in the stack's file",
      why: 'Whoever has the file, or ever had a copy of it, knows it; to encrypt it now does not help.',
      fix: replaceSecret(name),
    }),
  );

/** How a secret that others may know is taken out of use. Of callback secrets the old one too, which a rotation would keep. */
const replaceSecret = (name: SecretSetting): string =>
  name === 'TAVUS_API_KEY'
    ? `Make another key at Tavus, run \`${setCommand(name)}\` with it, and revoke this one.`
    : `Replace it: run \`${setCommand(name)}\`.`;

/** In the words of this configuration. */
const MISSING: { readonly [Name in ReadSetting]?: string } = {
  TAVUS_PERSONA_ID: 'missing, and so is tavusReplicaId',
  START_API_KEY: 'missing, and easyAuth is not true',
};

/** What a backend cannot do without. A value that is there but wrong has its own problem. */
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

/** Addresses on this machine belong to the laptop cloud's stack alone; from Azure they lead nowhere. */
export function misplacedAddresses(environment: string, { settings }: ConfigValues): readonly string[] {
  const isHere = (url: string): boolean => isLoopback(new URL(url));
  if (environment === LAPTOP_ENVIRONMENT) {
    const { TAVUS_API_BASE_URL: tavus } = settings;
    return tavus === undefined || isHere(tavus)
      ? []
      : [
          problem({
            name: 'stack',
            wrong: `${LAPTOP_ENVIRONMENT} is the laptop cloud's`,
            got: 'it with a Tavus elsewhere',
            why: 'Its bucket and role exist in no AWS account.',
            fix: 'Name the stack for the environment that it deploys.',
          }),
        ];
  }
  return (['TAVUS_API_BASE_URL', 'PUBLIC_BASE_URL', 'ROOM_ORIGIN'] as const).flatMap((name) => {
    const url = settings[name];
    return url !== undefined && isHere(url)
      ? [settingProblem({ name, wrong: 'is on this machine', got: formatValue(url) })]
      : [];
  });
}
