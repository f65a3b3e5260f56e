import * as z from 'zod';
import { bucketName, region, roleArn } from './aws-values';
import type { ReadSetting } from './settings';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const text = z.string();
/** Shorter ones could be guessed; `openssl rand -base64 32` makes 44 characters. */
const strongSecret = z.string().min(16, 'is shorter than 16 characters');
const boolean = z.stringbool({ error: 'is neither true nor false' });

/** A whole number within bounds. */
const integer = (least: number, most: number): z.ZodType<number> =>
  z
    .string()
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `is not a whole number from ${least} to ${most}`,
    })
    .transform(Number);

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** An https address, or a plain one on this machine; `isWhole` decides about path, query and the rest. */
const address = (isWhole: (url: URL, value: string) => boolean, otherwise: string): z.ZodType<string> =>
  z
    .string()
    .refine((value) => {
      if (!URL.canParse(value)) return false;
      const url = new URL(value);
      const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
      return isSafe && url.username === '' && url.password === '' && isWhole(url, value);
    }, otherwise)
    .transform((value) => value.replace(/(?<!\/)\/+$/, ''));

const origin = address(
  (url) => url.href === `${url.origin}/`,
  'is not an origin such as https://recordings.example.com (http only on this machine, no path)',
);
const apiUrl = address(
  (url) => url.search === '' && url.hash === '',
  'is not an https address (http only on this machine, no query)',
);

const callbackSecrets = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.length <= 2 && parts.every((part) => part.length >= 16), {
    error: 'is not `current` or `current,previous` with 16 characters each or more',
  });

/** Longest call that makes sense; Daily records up to 3 h (docs.daily.co, read 2026-11-22). */
const DAY_SEC = 86_400;

/** How the text of each variable is read. A variable that the contract lists and that is missing here fails `tsc`. */
export const SETTING_SCHEMAS = {
  TAVUS_API_KEY: text,
  TAVUS_API_BASE_URL: apiUrl,
  TAVUS_REPLICA_ID: text,
  TAVUS_PERSONA_ID: text,
  TAVUS_ENABLE_RECORDING: boolean,
  TAVUS_RECORDING_S3_BUCKET_NAME: bucketName,
  TAVUS_RECORDING_S3_BUCKET_REGION: region,
  TAVUS_AWS_ASSUME_ROLE_ARN: roleArn,
  TAVUS_RECORDING_STORAGE_FORMAT: z.enum(['flat', 'recording_storage'], {
    error: 'is neither flat nor recording_storage',
  }),
  TAVUS_REQUIRE_RECORDING_CONSENT: boolean,
  TAVUS_MAX_CALL_DURATION_SEC: integer(1, DAY_SEC),
  TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: integer(0, DAY_SEC),
  TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: integer(1, DAY_SEC),
  TAVUS_REQUIRE_AUTH: boolean,
  TAVUS_MAX_CONCURRENT_CONVERSATIONS: integer(1, 10_000),
  PUBLIC_BASE_URL: origin,
  CALLBACK_SECRETS: callbackSecrets,
  START_API_KEY: strongSecret,
  EASY_AUTH: boolean,
  ROOM_ORIGIN: origin,
  HOST: text,
  PORT: integer(0, 65_535),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `is none of ${LOG_LEVELS.join(', ')}` }),
} satisfies Record<ReadSetting, z.ZodType>;

/** What each variable's text becomes; undefined when it is unset without a default, or wrong. */
export type SettingValues = {
  readonly [Name in ReadSetting]: z.output<(typeof SETTING_SCHEMAS)[Name]> | undefined;
};
