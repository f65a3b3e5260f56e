import { createHash } from 'node:crypto';
import type { StorageConfig } from '../create/storage-config';
import { openDirectSink } from './direct-sink';
import { CopyFailed, NotStored, type Sink, type SinkParts, type SinkResult } from './sink';

/** For `enable_recording` without a bucket: Daily records, but nothing is stored in a bucket. */
export function discardSink(): Sink {
  return {
    write: () => Promise.resolve(),
    finish: () => Promise.resolve('not-stored'),
    abort: () => Promise.resolve(),
  };
}

/**
 * Keeps the recording, as Daily does, and copies it to the bucket after the end, with retries, as Tavus's worker does.
 *
 * Copies to S3 for real. For GCS and Azure it only pretends to copy; the fault `workerCopyRefused` makes that fail.
 *
 * @throws CopyFailed by `finish()` if the last attempt failed.
 */
export function workerSink(parts: SinkParts, storage: StorageConfig): Sink {
  const { clock, faults } = parts;
  let chunks: Uint8Array[] = [];

  async function copy(): Promise<SinkResult> {
    if (storage.provider !== 's3') return pretendToCopy(chunks, faults.workerCopyRefused);
    const sink = await openDirectSink(parts, storage);
    try {
      for (const chunk of chunks) await sink.write(chunk);
      const stored = await sink.finish();
      if (stored !== 'not-stored') return stored;
      throw new NotStored('The copy was not stored.');
    } catch (error) {
      await sink.abort().catch(() => undefined);
      throw error;
    }
  }

  async function finish(): Promise<SinkResult> {
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

function pretendToCopy(chunks: readonly Uint8Array[], refused: boolean): SinkResult {
  if (refused) throw new NotStored('The destination refused the copy (fault workerCopyRefused).');
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, parts: 0, sha256: hash.digest('hex') };
}
