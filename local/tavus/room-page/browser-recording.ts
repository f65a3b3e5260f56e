import type { Link } from './link';

/** Best first: the vendor's files are MP4 with H.264 and AAC; not every browser can encode that. */
const FORMATS = [
  'video/mp4;codecs=avc1.42E01E,mp4a.40.2',
  'video/mp4;codecs=avc1.42E01E,opus',
  'video/mp4',
  'video/webm;codecs=vp8,opus',
  'video/webm',
];

/** How often the recorder is asked for what it has. */
const CHUNK_MS = 500;

/**
 * MP4 leaves Chromium's recorder in fragments, one per key frame: by default one in many seconds, and a tab
 * that closes before loses all (Chromium 147, measured 23 Nov 2026).
 * @see https://w3c.github.io/mediacapture-record/#dom-mediarecorderoptions-videokeyframeintervalduration
 */
const KEY_FRAME_MS = 1_000;

/** The first format that this browser can record. @throws when it can record none. */
export function recordingFormat(): string {
  const format = FORMATS.find((one) => MediaRecorder.isTypeSupported(one));
  if (format === undefined) throw new Error('This browser can record no known format.');
  return format;
}

/** One recording of this browser, sent to the simulator chunk by chunk as it grows. */
export class BrowserRecording {
  private readonly recorder: MediaRecorder;
  private readonly given = new AbortController();
  private count = 0;
  private sent: Promise<unknown> = Promise.resolve();
  private finished: Promise<void> | undefined;

  constructor(
    stream: MediaStream,
    private readonly link: Link,
    private readonly path: string,
    onFailed: (error: unknown) => void,
  ) {
    // In the specification, not yet in TypeScript's types.
    const keyFrames = { videoKeyFrameIntervalDuration: KEY_FRAME_MS };
    this.recorder = new MediaRecorder(stream, { mimeType: recordingFormat(), ...keyFrames });
    this.recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size === 0) return;
      const number = this.count;
      this.count += 1;
      // One after the other: order is what makes a file of them.
      this.sent = this.sent.then(() => this.send(number, data));
      this.sent.catch((error: unknown) => {
        if (this.given.signal.aborted) return;
        this.drop();
        onFailed(error);
      });
    });
    this.recorder.start(CHUNK_MS);
  }

  /** Ends it and resolves when the simulator has everything. A second call waits for the same end. */
  finish(): Promise<void> {
    this.finished ??= this.end();
    return this.finished;
  }

  /** Nobody wants it any more. */
  drop(): void {
    this.given.abort(new Error('The recording was given up.'));
    if (this.recorder.state !== 'inactive') this.recorder.stop();
  }

  private async end(): Promise<void> {
    if (this.recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => {
        this.recorder.addEventListener('stop', resolve, { once: true });
      });
      this.recorder.stop();
      await stopped;
    }
    await this.sent;
    await this.link.ask(
      `${this.path}/end`,
      { method: 'POST', body: { chunks: this.count } },
      this.given.signal,
    );
  }

  private async send(number: number, data: Blob): Promise<void> {
    const body = await data.arrayBuffer();
    await this.link.ask(`${this.path}/chunks/${number}`, { method: 'PUT', body }, this.given.signal);
  }
}
