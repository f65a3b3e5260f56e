import { hash } from 'node:crypto';
import { consentText } from '../../contract/consent-text';
import { timeProblem } from '../http/plausible-time';
import type { RecordingConsent } from './recording-decision';

/**
 * A front end may ask for consent up to a day before the call. The five minutes allow for clocks that are slightly fast.
 */
const WINDOW = { agoMs: 24 * 3_600_000, aheadMs: 5 * 60_000 };

/** Finds what makes a consent useless as evidence: an unknown text version or an implausible time. */
export function consentProblems(
  consent: RecordingConsent,
  { knownVersions, nowMs }: { readonly knownVersions: readonly string[]; readonly nowMs: number },
): { readonly field: string; readonly problem: string }[] {
  const text = knownVersions.includes(consent.text_version)
    ? undefined
    : 'is not a version of a consent text that this backend knows; reload the page, or add it to TAVUS_RECORDING_CONSENT_VERSIONS';
  const time = timeProblem(consent.accepted_at, nowMs, WINDOW);
  return [
    ...(text === undefined ? [] : [{ field: 'body.consent.text_version', problem: text }]),
    ...(time === undefined ? [] : [{ field: 'body.consent.accepted_at', problem: time }]),
  ];
}

/**
 * Proves later which text the person agreed to: SHA-256, as hex, of the text's parts joined by line breaks. Undefined for a
 * text of another front end, which the backend does not know.
 */
export function consentTextSha256(version: string, bucketRegion: string | undefined): string | undefined {
  const text = consentText(version, bucketRegion);
  if (text === undefined) return undefined;
  const { question, who, where, howLong, agreement } = text;
  const lines = [question, who, where, howLong, agreement].join('\n');
  if (lines !== hashed.lines) hashed = { lines, sha256: hash('sha256', lines) };
  return hashed.sha256;
}

/** Cache of the last text: the next one is nearly always the same. */
let hashed = { lines: '', sha256: '' };
