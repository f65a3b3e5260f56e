import type { Fact, FactOf } from '../ledger/facts';
import type { OpenUpload, UnreadableReason } from './bucket';
import type { LookableBucket } from './open-bucket';

export interface LookOptions {
  readonly conversationId: string;
  /** Of its start, read before the look. */
  readonly facts: readonly Fact[];
  /** The time that the facts of this look get. */
  readonly nowMs: number;
}

/** What a look for one conversation's recordings found. */
export type BucketLook =
  | {
      readonly kind: 'read';
      /** Only what differs from the look before. */
      readonly facts: readonly FactOf<'seen'>[];
      /** Of this conversation. */
      readonly uploads: readonly OpenUpload[];
      /** Keys below the conversation that are no recordings. */
      readonly unexplained: readonly string[];
    }
  /** Says nothing about what is there. */
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly sinceMs: number };

/** Looks into the bucket for what is there of one conversation. */
export async function lookInto(_bucket: LookableBucket, _options: LookOptions): Promise<BucketLook> {
  return Promise.reject(new Error('Not there yet.'));
}
