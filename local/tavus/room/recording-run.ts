import type { SimulatedRecording } from '../conversation';
import { deferred } from '../deferred';
import type { RecordingFeed } from './feed';
import type { Sink } from './sink';

/** One recording under way. */
export interface RecordingRun {
  readonly recording: SimulatedRecording;
  /** Resolves when it has started, or could not. */
  readonly opened: Promise<void>;
  /** Resolves when it is decided: delivered, failed or discarded. Never rejects. */
  readonly done: Promise<void>;
  stop(): void;
  abandon(): void;
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
 * Drives one recording from its opening to its end and keeps its state.
 *
 * The data flows as soon as it is there; the upload is completed once the recording is stopped and the source
 * has run dry.
 */
export function runRecording(parts: RunParts): RecordingRun {
  const opened = deferred();
  const stopped = deferred();
  let abandoned = false;

  async function feed(sink: Sink): Promise<number> {
    let bytes = 0;
    for await (const chunk of parts.feed.chunks()) {
      if (abandoned) throw new Error('The recording was given up.');
      await sink.write(chunk);
      bytes += chunk.byteLength;
    }
    await stopped.promise;
    if (abandoned) throw new Error('The recording was given up.');
    return bytes;
  }

  async function finish(sink: Sink): Promise<void> {
    const { recording } = parts;
    if ((await feed(sink)) === 0) {
      await sink.abort();
      recording.sentence = 'Nobody had camera or microphone on: recordings of zero length are not delivered.';
      recording.state = 'discarded';
      return;
    }
    const stored = await sink.finish();
    if (stored === 'nowhere') {
      recording.sentence =
        'enable_recording was on, but the request named no bucket: recorded, stored nowhere.';
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
      // The cause is the first refusal; that aborting was refused too changes nothing.
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
    abandon() {
      abandoned = true;
      parts.feed.close();
      stopped.resolve();
    },
  };
}
