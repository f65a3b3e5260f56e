import type { SimulatorClock } from '../simulator-clock';
import { deferred } from '../deferred';
import type { ChunkSource } from '../options';

/** The bytes of one recording. */
export interface RecordingFeed {
  chunks(): AsyncIterable<Uint8Array>;
  /** The recording was stopped. The last chunks may still arrive. */
  stopped(): void;
  /** Ends the chunks. */
  close(): void;
}

/** A feed from a source that has all chunks already. */
export function sourceFeed(source: ChunkSource): RecordingFeed {
  return { chunks: source, stopped: () => undefined, close: () => undefined };
}

/** After the room has ended, the browser has this long to send its last chunks. */
const FLUSH_MS = 5_000;

/** Accepted, received before, an earlier chunk is missing, or the feed is closed. */
export type ChunkResult = 'accepted' | 'duplicate' | 'gap' | 'closed';

/** Chunks that a browser sends, numbered from 0 and in order. */
export class BrowserFeed implements RecordingFeed {
  private pending: Uint8Array[] = [];
  private count = 0;
  private closed = false;
  private wake = deferred();

  constructor(private readonly clock: SimulatorClock) {}

  /** A browser may send a chunk again if it got no response. Ignores such a duplicate. */
  add(number: number, chunk: Uint8Array): ChunkResult {
    if (number < this.count) return 'duplicate';
    if (this.closed) return 'closed';
    if (number > this.count) return 'gap';
    this.count += 1;
    this.pending.push(chunk);
    this.signal();
    return 'accepted';
  }

  /** The browser has sent its last chunk. Returns whether all `chunks` were received. */
  end(chunks: number): boolean {
    this.close();
    return chunks === this.count;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { wake } = this;
      const chunk = this.pending.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.closed) return;
      else await wake.promise;
    }
  }

  stopped(): void {
    this.clock.after(FLUSH_MS, () => this.close());
  }

  close(): void {
    this.closed = true;
    this.signal();
  }

  private signal(): void {
    this.wake.resolve();
    this.wake = deferred();
  }
}
