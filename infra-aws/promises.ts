import { defined } from '../contract/defined';
import type { EnvironmentSettings } from '../contract/environment-settings';
import type { PromisedDays } from '../contract/environments';
import { type AwsValues, MOST_DAYS, type StorageSetting } from '../contract/settings';

/** The promised retention and encryption; the backend checks each recording against them. */
export const promises = (
  settings: EnvironmentSettings,
  { retentionDays, noncurrentDays }: PromisedDays,
  ownKeyArn: string | undefined,
): Omit<AwsValues<string>, StorageSetting> =>
  defined({
    RECORDINGS_RETENTION_DAYS: days(retentionDays),
    RECORDINGS_NONCURRENT_DAYS: days(noncurrentDays),
    ...encryption(settings, ownKeyArn),
  });

/** Undefined for more than a hundred years: then the expiry does not matter. */
const days = (count: number | undefined): string | undefined =>
  count === undefined || count > MOST_DAYS ? undefined : String(count);

/** The encryption of an existing bucket is known only if the settings name its key. */
function encryption(
  settings: EnvironmentSettings,
  ownKeyArn: string | undefined,
): Readonly<Record<'RECORDINGS_ENCRYPTION' | 'RECORDINGS_KEY_ARN', string | undefined>> {
  const { existingBucketName, existingKmsKeyArn } = settings;
  if (existingBucketName === undefined) {
    const isKms = settings.encryption === 'kms';
    return {
      RECORDINGS_ENCRYPTION: settings.encryption,
      RECORDINGS_KEY_ARN: isKms ? ownKeyArn : undefined,
    };
  }
  return {
    RECORDINGS_ENCRYPTION: existingKmsKeyArn === undefined ? undefined : 'kms',
    RECORDINGS_KEY_ARN: existingKmsKeyArn,
  };
}
