import { RECORDING_KEY } from '../../contract/vendor-facts';
import { CONVERSATIONS } from '../ledger/rows';
import type { LedgerRow } from '../ledger/store';
import { readSummary, type Summary } from '../ledger/summary';
import type { CurrentObject } from './bucket';

/** Tavus may announce a recording before it is stored; for this time only the watch checks it. */
const ANNOUNCED_MS = 86_400_000;

const wasSeen = ({ whereabouts }: Summary['recordings'][number]): boolean =>
  whereabouts === 'intact' || whereabouts === 'flawed';

/**
 * One conversation of the ledger, compared with its listed objects. Uses the summary only to choose which conversations to
 * check; that check uses the facts.
 */
export class OwnFolder {
  readonly conversationId: string;
  readonly startId: string;
  readonly #summary: Summary | undefined;
  /** Recordings of the summary that were not listed yet. */
  readonly #unlisted: Map<string, Summary['recordings'][number]>;
  #hasNews = false;

  /** @param row of the partition `c:` */
  constructor(row: LedgerRow) {
    const { start } = row.value;
    this.conversationId = row.partition.slice(CONVERSATIONS.length);
    this.startId = typeof start === 'string' ? start : '';
    this.#summary = readSummary(row);
    this.#unlisted = new Map(this.#summary?.recordings.map((one) => [one.key, one]));
  }

  /** Compares a listed object. @param isYoung the watch may be about to check it */
  take({ key, bytes }: CurrentObject, isYoung: boolean): 'recording' | 'unexplained' {
    const known = this.#unlisted.get(key);
    this.#unlisted.delete(key);
    if (!RECORDING_KEY.test(key)) return 'unexplained';
    const isAsSeen =
      known !== undefined && wasSeen(known) && (known.bytes === undefined || known.bytes === bytes);
    // An object of an erased conversation is always checked: it may have returned.
    if (!isYoung && (!isAsSeen || this.#summary?.state === 'erased')) this.#hasNews = true;
    return 'recording';
  }

  /**
   * Whether the conversation needs a check. Call after all its objects were taken.
   *
   * @param bucketName the listed bucket; recordings of a conversation started with another bucket need not be here
   */
  needsCheck(bucketName: string, nowMs: number): boolean {
    if (this.#hasNews) return true;
    const summary = this.#summary;
    // The watch has not yet visited a start without a summary.
    if (summary === undefined || summary.state === 'erased') return false;
    if (summary.bucket !== undefined && summary.bucket !== bucketName) return false;
    // The summary lacks older recordings, so only the facts can tell.
    if (summary.recordingCount > summary.recordings.length) return true;
    return [...this.#unlisted.values()].some(
      (one) =>
        wasSeen(one) ||
        (one.whereabouts === 'announced' &&
          (one.expiresAt ?? Infinity) > nowMs &&
          summary.at < nowMs - ANNOUNCED_MS),
    );
  }
}
