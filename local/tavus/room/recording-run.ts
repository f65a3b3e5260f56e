import type { SimulatedRecording } from '../conversation';
import { deferred } from '../deferred';
import type { RecordingFeed } from './feed';
import type { Sink } from './sink';

/** One recording, from its start until it is delivered, failed or discarded. */
export interface RecordingRun {
  readonly recording: SimulatedRecording;
  /** Resolves when the recording has started, or has failed to start. */
  readonly opened: Promise<void>;
  /** Resolves when the recording is delivered, failed or discarded. Never rejects. */
  readonly done: Promise<void>;
  stop(): void;
  cancel(): void;
}

interface RunParts {
  readonly recording: SimulatedRecording;
  readonly open: () => Promise<Sink>;
  readonly feed: RecordingFeed;
  readonly onStarted: () => void;
  /** Called once, with the error when the state is `failed`. */
  readonly onDone: (error: unknown) => void;
}

/**
 * Runs one recording and updates its state.
 *
 * Uploads chunks as they arrive. Completes the upload when the recording is stopped and the feed has ended.
 */
export function runRecording(parts: RunParts): RecordingRun {
  const opened = deferred();
  const stopped = deferred();
  let cancelled = false;

  async function writeChunks(sink: Sink): Promise<number> {
    let bytes = 0;
    for await (const chunk of parts.feed.chunks()) {
      if (cancelled) throw new Error('The recording was cancelled.');
      await sink.write(chunk);
      bytes += chunk.byteLength;
    }
    await stopped.promise;
    if (cancelled) throw new Error('The recording was cancelled.');
    return bytes;
  }

  async function finish(sink: Sink): Promise<void> {
    const { recording } = parts;
    if ((await writeChunks(sink)) === 0) {
      await sink.abort();
      recording.sentence =
        'No participant had a camera or microphone on. The vendor does not deliver empty recordings.';
      recording.state = 'discarded';
      return;
    }
    const stored = await sink.finish();
    if (stored === 'not-stored') {
      recording.sentence =
        'The create request enabled recording without a bucket, so the recording was not stored.';
      recording.state = 'discarded';
      return;
    }
    recording.bytes = stored.bytes;
    recording.parts = stored.parts;
    recording.sha256 = stored.sha256;
    recording.state = 'delivered';
  }

  async function run(): Promise<void> {
    let sink: Sink | undefined;
    let failure: unknown;
    try {
      sink = await parts.open();
      parts.onStarted();
      opened.resolve();
      await finish(sink);
    } catch (error) {
      failure = error;
      parts.recording.state = 'failed';
      // The first error is the cause. An error of the abort would hide it.
      await sink?.abort().catch(() => undefined);
    }
    parts.feed.close();
    parts.onDone(failure);
    opened.resolve();
  }

  return {
    recording: parts.recording,
    opened: opened.promise,
    done: run(),
    stop() {
      stopped.resolve();
      parts.feed.stopped();
    },
    cancel() {
      cancelled = true;
      parts.feed.close();
      stopped.resolve();
    },
  };
}
