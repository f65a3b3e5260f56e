export const START_PATH = '/tavus/start';

/** A started conversation. */
export interface StartedCall {
  readonly conversationId: string;
  /** Authorises ending the call and reading its state. */
  readonly pageToken: string;
}
