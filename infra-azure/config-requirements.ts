import { LAPTOP_ENVIRONMENT } from '../contract/hand-over';
import { pulumiConfigKey } from '../contract/names';
import { requiredSettings } from '../contract/required-settings';
import type { ReadSetting } from '../contract/settings';
import { SECRET_SETTINGS } from '../contract/program-keys';
import { programProblem, settingProblem } from './config-problems';
import type { ConfigSource } from './config-source';
import type { ConfigValues } from './config-values';

/** A secret that was set without `--secret` stands readable in the stack's file, and in every copy of it. */
export const plainTextSecrets = (source: ConfigSource): string[] =>
  SECRET_SETTINGS.filter((name) => {
    const key = pulumiConfigKey(name);
    return source.get(key) !== undefined && !source.isSecret(key);
  }).map((name) => settingProblem(name, 'is not encrypted', "plain text in the stack's file"));

/** In the words of this configuration. */
const MISSING: { readonly [Name in ReadSetting]?: string } = {
  TAVUS_PERSONA_ID: 'missing, and so is tavusReplicaId',
  START_API_KEY: 'missing, and easyAuth is not true',
};

/** What a backend cannot do without. A value that is there but wrong has its own problem. */
export function missingForBackend(
  source: ConfigSource,
  { program, settings }: ConfigValues,
): readonly string[] {
  const isGiven = (name: ReadSetting): boolean => source.get(pulumiConfigKey(name)) !== undefined;
  const easyAuth = settings.EASY_AUTH === true;
  const required = requiredSettings({
    hasReplica: isGiven('TAVUS_REPLICA_ID'),
    // Its three values come from the hand-over, which has an error of its own.
    isRecording: false,
    // Whatever the address, on Azure it is public; what is meant for the laptop is no less strict.
    publicBaseUrl: 'https:',
    easyAuth,
  });
  const isClientMissing =
    easyAuth && program.easyAuthClientId === undefined && source.get('easyAuthClientId') === undefined;
  return [
    ...required
      .filter((name) => !isGiven(name))
      .map((name) => settingProblem(name, MISSING[name] ?? 'missing', 'nothing')),
    ...(isClientMissing
      ? [programProblem('easyAuthClientId', 'missing although easyAuth is true', 'nothing')]
      : []),
  ];
}

const isOnThisMachine = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

/** Addresses on this machine mean the laptop cloud, and from Azure lead nowhere. */
export function misplaced(environment: string, { settings }: ConfigValues): readonly string[] {
  const isLaptop = environment === LAPTOP_ENVIRONMENT;
  const { TAVUS_API_BASE_URL: tavus } = settings;
  if (isLaptop) {
    return tavus === undefined || isOnThisMachine(tavus)
      ? []
      : [
          `stack: ${LAPTOP_ENVIRONMENT} is the laptop cloud's, got it with a Tavus elsewhere. Its bucket and role exist in ` +
            'no AWS account. Name the stack for the environment that it deploys.',
        ];
  }
  const names = ['TAVUS_API_BASE_URL', 'PUBLIC_BASE_URL', 'ROOM_ORIGIN'] as const;
  return names.flatMap((name) => {
    const url = settings[name];
    return url !== undefined && isOnThisMachine(url)
      ? [settingProblem(name, 'is on this machine', JSON.stringify(url))]
      : [];
  });
}
