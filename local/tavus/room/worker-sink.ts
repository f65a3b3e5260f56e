import { createHash } from 'node:crypto';
import type { StorageConfig } from '../create/storage-config';
import { openDirectSink } from './direct-sink';
import { CopyFailed, NotStored, type Sink, type SinkParts, type Stored } from './sink';

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
 * For S3 the copy is real. For GCS and Azure nothing leaves the simulator: the laptop has neither cloud, and
 * the `workerCopyRefused` switch decides.
 *
 * @throws CopyFailed by `finish()` when the last try was refused.
 */
export function workerSink(parts: SinkParts, storage: StorageConfig): Sink {
  const { clock, faults } = parts;
  let chunks: Uint8Array[] = [];

  async function copy(): Promise<Stored> {
    if (storage.provider !== 's3') return pretendToCopy(chunks, faults.workerCopyRefused);
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
        if (attempt >= faults.workerCopyAttempts) {
          throw new CopyFailed(`The copy failed ${attempt} times. ${error.sentence}`, { cause: error });
        }
      }
      await new Promise<void>((resolve) => {
        clock.after(faults.workerCopyRetryMs, resolve);
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

function pretendToCopy(chunks: readonly Uint8Array[], refused: boolean): Stored {
  if (refused) throw new NotStored('The destination refused the copy (switch workerCopyRefused).');
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, parts: 0, sha256: hash.digest('hex') };
}
