import type { S3Storage } from '../create/storage-config';
import { openDirectSink } from './direct-sink';
import { CopyFailed, NotStored, type Sink, type SinkParts, type Stored } from './sink';

/** Tries of the worker (assumption: retries are documented, their number is not). */
const ATTEMPTS = 3;
const RETRY_MS = 2_000;

/** Recorded by Daily, stored nowhere: `enable_recording` without a bucket. */
export function nowhereSink(): Sink {
  return {
    write: () => Promise.resolve(),
    finish: () => Promise.resolve('nowhere'),
    abort: () => Promise.resolve(),
  };
}

/**
 * The worker-copy path: Daily keeps the recording, a worker of Tavus copies it after the end, with retries.
 *
 * @throws CopyFailed by `finish()` when the last try was refused.
 */
export function workerSink(parts: SinkParts, storage: S3Storage): Sink {
  let chunks: Uint8Array[] = [];

  async function copy(): Promise<Stored> {
    const sink = await openDirectSink(parts, storage);
    try {
      for (const chunk of chunks) await sink.write(chunk);
      const stored = await sink.finish();
      if (stored !== 'nowhere') return stored;
      throw new NotStored('The copy went nowhere.');
    } catch (error) {
      await sink.abort().catch(() => undefined);
      throw error;
    }
  }

  async function finish(): Promise<Stored> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await copy();
      } catch (error) {
        if (!(error instanceof NotStored)) throw error;
        if (attempt >= ATTEMPTS) {
          throw new CopyFailed(`The copy failed ${attempt} times. ${error.sentence}`, { cause: error });
        }
      }
      await new Promise<void>((resolve) => {
        parts.clock.after(RETRY_MS, resolve);
      });
    }
  }

  return {
    write(chunk) {
      chunks.push(Uint8Array.from(chunk));
      return Promise.resolve();
    },
    finish,
    abort() {
      chunks = [];
      return Promise.resolve();
    },
  };
}
