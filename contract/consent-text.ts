/**
 * Versions of the text that a person agrees to on `/qa`, newest first: `consentTerms` in `app/qa/texts.ts` and the card in
 * `qa.html`. The page sends the first; the backend refuses every version that it does not know, because a consent to an
 * unknown text proves nothing.
 *
 * Changed words need a new version, put in front (`test/app/consent.test.ts` compares them). Keep the one before for the
 * pages that are open during the deployment.
 */
export const CONSENT_TEXT_VERSIONS = ['2026-11-23'] as const;
