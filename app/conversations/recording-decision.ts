import type { Config } from '../config';
import type { NotRecordedReason } from '../ledger/facts';

/** A person's consent, as the page sends it. */
export interface RecordingConsent {
  readonly text_version: string;
  readonly accepted_at: string;
  readonly locale: string;
}

export interface StartOptions {
  readonly name: string | undefined;
  /** False: the person chose a conversation without recording. */
  readonly recording: boolean | undefined;
  readonly consent: RecordingConsent | undefined;
  /** The signed-in user; undefined without sign-in. */
  readonly principal: string | undefined;
  /** Started by `recordings prove`, not by a person. */
  readonly isProof: boolean;
}

export type RecordingDecision =
  { readonly enabled: true } | { readonly enabled: false; readonly reason: NotRecordedReason };

/** A conversation is recorded only when recording is on, the person did not decline, and required consent was given. */
export function decideRecording(
  config: Pick<Config, 'recording' | 'requireConsent'>,
  { recording, consent }: Pick<StartOptions, 'recording' | 'consent'>,
): RecordingDecision {
  if (config.recording === undefined) return { enabled: false, reason: 'disabled' };
  if (recording === false) return { enabled: false, reason: 'not-wanted' };
  if (config.requireConsent && consent === undefined) return { enabled: false, reason: 'no-consent' };
  return { enabled: true };
}
