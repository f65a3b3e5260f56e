import { AWS_SETTING_NAMES, type ReadSetting } from './settings';

/** What of the other values decides which settings are needed. */
export interface Circumstances {
  readonly hasReplica: boolean;
  readonly isRecording: boolean;
  readonly publicBaseUrl: string | undefined;
  readonly easyAuth: boolean;
}

/** The settings without which the backend refuses to start, in the order in which a person would set them. */
export function requiredSettings(circumstances: Circumstances): readonly ReadSetting[] {
  const { hasReplica, isRecording, publicBaseUrl, easyAuth } = circumstances;
  const isPublic = publicBaseUrl?.startsWith('https:') === true;
  return [
    'TAVUS_API_KEY',
    ...(hasReplica ? [] : (['TAVUS_PERSONA_ID'] as const)),
    ...(isRecording ? AWS_SETTING_NAMES : []),
    ...(publicBaseUrl === undefined ? [] : (['CALLBACK_SECRETS'] as const)),
    ...(isPublic && !easyAuth ? (['START_API_KEY'] as const) : []),
  ];
}

/** Completes "missing", where the setting's meaning alone does not say why it is needed just now. */
export const MISSING_ALTHOUGH: { readonly [Name in ReadSetting]?: string } = {
  TAVUS_PERSONA_ID: ', and so is TAVUS_REPLICA_ID',
  CALLBACK_SECRETS: ' although PUBLIC_BASE_URL is set',
  START_API_KEY: ' although PUBLIC_BASE_URL is public and EASY_AUTH is not true',
};
