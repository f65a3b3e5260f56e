import type { Config } from '../config';

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

/** Why a conversation is not recorded. */
export const NOT_RECORDED_REASONS = ['disabled', 'not-wanted', 'no-consent'] as const;

export type RecordingDecision =
  | { readonly enabled: true }
  | { readonly enabled: false; readonly reason: (typeof NOT_RECORDED_REASONS)[number] };

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
