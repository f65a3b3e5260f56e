import type { SimulatorClock } from '../simulator-clock';
import { deferred } from '../deferred';

/** Where the bytes of one recording come from. */
export interface RecordingFeed {
  chunks(): AsyncIterable<Uint8Array>;
  /** The recording was stopped: what is still on its way is wanted, nothing new. */
  stopped(): void;
  /** Nothing is wanted any more. */
  close(): void;
}

/** A source that needs nobody to fill it: the clip. */
export function steadyFeed(source: () => AsyncIterable<Uint8Array>): RecordingFeed {
  return { chunks: source, stopped: () => undefined, close: () => undefined };
}

/** After a stop that the browser did not ask for (the room is over), it gets this long to send what it holds. */
const FLUSH_MS = 5_000;

/** What became of a chunk: written, known already, out of order, or too late. */
export type Taken = 'new' | 'known' | 'gap' | 'over';

/** Chunks of one recording as a browser sends them: numbered from 0, each once, in order. */
export class BrowserFeed implements RecordingFeed {
  private waiting: Uint8Array[] = [];
  private count = 0;
  private over = false;
  private wake = deferred();

  constructor(private readonly clock: SimulatorClock) {}

  /** A browser that got no answer sends the same chunk again: that is `known`, and harmless. */
  take(number: number, chunk: Uint8Array): Taken {
    if (number < this.count) return 'known';
    if (this.over) return 'over';
    if (number > this.count) return 'gap';
    this.count += 1;
    this.waiting.push(chunk);
    this.signal();
    return 'new';
  }

  /** The browser has sent its last chunk. `false` when the number of chunks is another one. */
  end(chunks: number): boolean {
    this.close();
    return chunks === this.count;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { wake } = this;
      const chunk = this.waiting.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.over) return;
      else await wake.promise;
    }
  }

  stopped(): void {
    this.clock.after(FLUSH_MS, () => this.close());
  }

  close(): void {
    this.over = true;
    this.signal();
  }

  private signal(): void {
    this.wake.resolve();
    this.wake = deferred();
  }
}
