import type { Config } from '../config';

/** What the person agreed to, as the page shows it. */
export interface Consent {
  readonly text_version: string;
  readonly accepted_at: string;
  readonly locale: string;
}

export interface StartOptions {
  readonly name: string | undefined;
  /** False: the person chose a conversation without recording. */
  readonly recording: boolean | undefined;
  readonly consent: Consent | undefined;
  /** Who signed in; undefined: nobody has to. */
  readonly principal: string | undefined;
  /** Made by a proof, not by a person. */
  readonly isProof: boolean;
}

/** Why a conversation is not recorded. */
export const NOT_RECORDED_REASONS = ['disabled', 'not-wanted', 'no-consent'] as const;

export type RecordingDecision =
  | { readonly enabled: true }
  | { readonly enabled: false; readonly reason: (typeof NOT_RECORDED_REASONS)[number] };

/** Whether a conversation is recorded: only when it is configured, nobody said no, and consent was given where it is required. */
export function decideRecording(
  config: Pick<Config, 'recording' | 'requireConsent'>,
  { recording, consent }: Pick<StartOptions, 'recording' | 'consent'>,
): RecordingDecision {
  if (config.recording === undefined) return { enabled: false, reason: 'disabled' };
  if (recording === false) return { enabled: false, reason: 'not-wanted' };
  if (config.requireConsent && consent === undefined) return { enabled: false, reason: 'no-consent' };
  return { enabled: true };
}
