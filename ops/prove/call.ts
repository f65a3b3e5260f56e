/** Where a conversation is started. */
export const START_PATH = '/tavus/start';

/** A conversation that was started. */
export interface StartedCall {
  readonly conversationId: string;
  /** With it the call is ended, and its state read. */
  readonly pageToken: string;
}
