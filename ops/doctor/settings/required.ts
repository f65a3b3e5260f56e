import { AWS_SETTING_NAMES, type ReadSetting } from '../../../app/contract/settings';
import type { SettingValues } from '../../../app/contract/setting-schemas';

/** A setting that is needed, and by what. */
export interface Requirement {
  readonly name: ReadSetting;
  /** Completes "missing". */
  readonly because: string;
}

/**
 * What the backend refuses to start without, given the other values. A test holds this against the backend's own reader.
 *
 * @param isGiven whether a value is there, right or wrong
 */
export function requirements(
  values: SettingValues,
  isGiven: (name: ReadSetting) => boolean,
): readonly Requirement[] {
  const isPublic = values.PUBLIC_BASE_URL?.startsWith('https:') === true;
  return [
    { name: 'TAVUS_API_KEY', because: '' },
    ...(isGiven('TAVUS_REPLICA_ID')
      ? []
      : [{ name: 'TAVUS_PERSONA_ID' as const, because: ', and so is TAVUS_REPLICA_ID' }]),
    ...(values.TAVUS_ENABLE_RECORDING === true
      ? AWS_SETTING_NAMES.map((name) => ({ name, because: ' although recording is on' }))
      : []),
    ...(values.PUBLIC_BASE_URL === undefined
      ? []
      : [{ name: 'CALLBACK_SECRETS' as const, because: ' although PUBLIC_BASE_URL is set' }]),
    ...(isPublic && values.EASY_AUTH === false
      ? [
          {
            name: 'START_API_KEY' as const,
            because: ' although PUBLIC_BASE_URL is public and EASY_AUTH is not true',
          },
        ]
      : []),
  ];
}
