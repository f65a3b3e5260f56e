import { hash } from 'node:crypto';
import { consentText } from '../../contract/consent-text';
import { timeProblem } from '../http/plausible-time';
import type { Consent } from './recording-decision';

/**
 * A front end may ask for consent some time before the call: up to a day. A consent from the future was not given yet; the
 * five minutes are for clocks that are a little fast.
 */
const WINDOW = { agoMs: 24 * 3_600_000, aheadMs: 5 * 60_000 };

/** What makes a consent useless as evidence: a text that nobody can look up, or a time at which it was not given. */
export function consentProblems(
  consent: Consent,
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
 * What proves later which words were agreed to: SHA-256, as hex, of the text's parts, one a line. Undefined for a text of
 * another front end: what its version says is that page's word.
 */
export function consentTextSha256(version: string, bucketRegion: string | undefined): string | undefined {
  const text = consentText(version, bucketRegion);
  if (text === undefined) return undefined;
  const { question, who, where, howLong, agreement } = text;
  const lines = [question, who, where, howLong, agreement].join('\n');
  if (lines !== hashed.lines) hashed = { lines, sha256: hash('sha256', lines) };
  return hashed.sha256;
}

/** The last one: nearly always the next one too. */
let hashed = { lines: '', sha256: '' };
