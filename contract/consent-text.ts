/**
 * Versions of the consent text of `/qa`, newest first. The page sends the first. The backend refuses an unknown version,
 * because consent to an unknown text proves nothing.
 *
 * A changed text needs a new version at the front (`test/app/consent.test.ts` compares it with the page). Keep the previous
 * version for pages that are open during the deployment.
 */
export const CONSENT_TEXT_VERSIONS = ['2026-11-23'] as const;
type ConsentTextVersion = (typeof CONSENT_TEXT_VERSIONS)[number];

/** What a person must know before agreeing, and the sentence of agreement. */
export interface ConsentText {
  readonly question: string;
  readonly who: string;
  readonly where: string;
  readonly howLong: string;
  readonly agreement: string;
}

/** The text of each version; it names the bucket's region. */
const CONSENT_TEXTS: Readonly<Record<ConsentTextVersion, (bucketRegion: string | undefined) => ConsentText>> =
  {
    '2026-11-23': (bucketRegion) => ({
      question: 'May this conversation be recorded?',
      who: 'The operator of this page records your picture, your voice and the replica, by means of the video services Tavus and Daily.',
      where: `In the operator’s own Amazon S3 storage${bucketRegion === undefined ? '' : `, in the AWS region ${bucketRegion}`}, encrypted.`,
      howLong:
        'Until the retention period of that storage is over; then it is deleted automatically. The operator can tell you the number of days, and can delete it earlier if you ask.',
      agreement: 'Yes, record it. I agree to the recording described here.',
    }),
  };

const isServed = (version: string): version is ConsentTextVersion => Object.hasOwn(CONSENT_TEXTS, version);

/** The consent text of a version of `/qa`; undefined for a version of another front end. */
export const consentText = (version: string, bucketRegion: string | undefined): ConsentText | undefined =>
  isServed(version) ? CONSENT_TEXTS[version](bucketRegion) : undefined;

/** The text that `/qa` shows now. */
export const currentConsentText = (bucketRegion: string | undefined): ConsentText =>
  CONSENT_TEXTS[CONSENT_TEXT_VERSIONS[0]](bucketRegion);
