import { RECORDING_KEY } from '../../contract/vendor-facts';
import { CONVERSATIONS } from '../ledger/rows';
import type { Row } from '../ledger/store';
import { readSummary, type Summary } from '../ledger/summary';
import type { CurrentObject } from './bucket';

/** Tavus may announce a recording before it is there: until then the watch looks for it. */
const ANNOUNCED_MS = 86_400_000;

const wasSeen = ({ whereabouts }: Summary['recordings'][number]): boolean =>
  whereabouts === 'intact' || whereabouts === 'flawed';

/**
 * One conversation of the ledger, beside what is listed below it. The summary decides nothing: it says where a look into the
 * bucket, and at the facts, may find something new.
 */
export class OwnFolder {
  readonly conversationId: string;
  readonly startId: string;
  readonly #summary: Summary | undefined;
  /** Of the summary, those that have not been listed yet. */
  readonly #unlisted: Map<string, Summary['recordings'][number]>;
  #hasNews = false;

  /** @param row of the partition `c:` */
  constructor(row: Row) {
    const { start } = row.value;
    this.conversationId = row.partition.slice(CONVERSATIONS.length);
    this.startId = typeof start === 'string' ? start : '';
    this.#summary = readSummary(row);
    this.#unlisted = new Map(this.#summary?.recordings.map((one) => [one.key, one]));
  }

  /** Takes an object that is listed below the conversation. @param isYoung one that the watch may be about to look at */
  take({ key, bytes }: CurrentObject, isYoung: boolean): 'recording' | 'unexplained' {
    const known = this.#unlisted.get(key);
    this.#unlisted.delete(key);
    if (!RECORDING_KEY.test(key)) return 'unexplained';
    const isAsSeen =
      known !== undefined && wasSeen(known) && (known.bytes === undefined || known.bytes === bytes);
    // What is there after an erasure is always looked at: it may have come back.
    if (!isYoung && (!isAsSeen || this.#summary?.state === 'erased')) this.#hasNews = true;
    return 'recording';
  }

  /**
   * Whether the bucket and the facts have to be looked at, once all that is below the conversation was taken.
   *
   * @param bucketName another one may have held when the conversation was started: then nothing has to be here
   */
  isToBeLookedAt(bucketName: string, nowMs: number): boolean {
    if (this.#hasNews) return true;
    const summary = this.#summary;
    // A start without one is about to be visited by the watch.
    if (summary === undefined || summary.state === 'erased') return false;
    if (summary.bucket !== undefined && summary.bucket !== bucketName) return false;
    // Older ones are among the facts alone.
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
