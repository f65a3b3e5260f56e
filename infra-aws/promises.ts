import { defined } from '../contract/defined';
import type { EnvironmentSettings } from '../contract/environment-settings';
import type { PromisedDays } from '../contract/environments';
import { type AwsValues, MOST_DAYS, type StorageSetting } from '../contract/settings';

/** What the backend holds a recording against: how long it must be kept, and how it must be encrypted. */
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

/** A recording that is kept for more than a hundred years has no day of expiry worth telling. */
const days = (count: number | undefined): string | undefined =>
  count === undefined || count > MOST_DAYS ? undefined : String(count);

/** The encryption of an existing bucket is known only where its key is. */
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
