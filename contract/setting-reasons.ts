import type { ReadSetting } from './settings';

/** Why a missing or wrong value matters: the third part of an error about it. */
export const SETTING_REASONS: Readonly<Record<ReadSetting, string>> = {
  TAVUS_API_KEY: 'The backend cannot start a conversation.',
  TAVUS_API_BASE_URL: 'The backend would send its key somewhere else, or nowhere.',
  TAVUS_REPLICA_ID: 'Tavus needs a replica, or a persona that brings one along.',
  TAVUS_PERSONA_ID: 'Tavus needs a persona, or a replica.',
  TAVUS_ENABLE_RECORDING: 'Whether people are recorded must not depend on a guess.',
  TAVUS_RECORDING_S3_BUCKET_NAME: 'Recording is on, and without it no recording can be stored.',
  TAVUS_RECORDING_S3_BUCKET_REGION: 'Recording is on, and Tavus fails silently on another region.',
  TAVUS_AWS_ASSUME_ROLE_ARN: 'Recording is on, and without it Tavus may not write into the bucket.',
  TAVUS_RECORDING_STORAGE_FORMAT: 'Tavus ignores a form that it does not know, and records nothing.',
  TAVUS_REQUIRE_RECORDING_CONSENT: 'Whether consent is asked for must not depend on a guess.',
  TAVUS_MAX_CALL_DURATION_SEC: 'A call without its limit bills until Tavus ends it.',
  TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: 'A call without its limit bills until Tavus ends it.',
  TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: 'A call without its limit bills until Tavus ends it.',
  TAVUS_REQUIRE_AUTH: 'Whether a room is open to all must not depend on a guess.',
  TAVUS_MAX_CONCURRENT_CONVERSATIONS: 'Without its cap the backend opens any number of paid calls.',
  PUBLIC_BASE_URL: 'Tavus could not call back, and nobody would learn that a recording landed.',
  CALLBACK_SECRETS: 'Anybody could announce a recording that never landed.',
  START_API_KEY: 'Anybody could start conversations at our cost.',
  EASY_AUTH: 'Whether callers are known must not depend on a guess.',
  ROOM_ORIGIN: 'The pages would not show the room.',
  HOST: 'Nobody could reach the backend.',
  PORT: 'Nobody could reach the backend.',
  LOG_LEVEL: 'What happened would not be in the log.',
};
