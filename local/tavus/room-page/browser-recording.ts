import type { Link } from './link';

/** In order of preference. The vendor's files are MP4 with H.264 and AAC, which not every browser can encode. */
const FORMATS = [
  'video/mp4;codecs=avc1.42E01E,mp4a.40.2',
  'video/mp4;codecs=avc1.42E01E,opus',
  'video/mp4',
  'video/webm;codecs=vp8,opus',
  'video/webm',
];

/** Interval of the recorder's chunks. */
const CHUNK_MS = 500;

/**
 * Interval of the key frames. Chromium writes MP4 in fragments, one per key frame, by default many seconds long. A tab
 * that closes loses its last fragment (Chromium 147, measured 23 Nov 2026).
 * @see https://w3c.github.io/mediacapture-record/#dom-mediarecorderoptions-videokeyframeintervalduration
 */
const KEY_FRAME_MS = 1_000;

/** Returns the first format that this browser can record. @throws if it can record none. */
export function recordingFormat(): string {
  const format = FORMATS.find((one) => MediaRecorder.isTypeSupported(one));
  if (format === undefined) throw new Error('no supported video format.');
  return format;
}

/** Records camera and microphone, and sends the chunks to the simulator. */
export class BrowserRecording {
  private readonly recorder: MediaRecorder;
  private readonly cancelled = new AbortController();
  private count = 0;
  private sent: Promise<unknown> = Promise.resolve();
  private finished: Promise<void> | undefined;

  constructor(
    stream: MediaStream,
    private readonly link: Link,
    private readonly path: string,
    onFailed: (error: unknown) => void,
  ) {
    // In the specification, but not in TypeScript's types.
    const keyFrames = { videoKeyFrameIntervalDuration: KEY_FRAME_MS };
    this.recorder = new MediaRecorder(stream, { mimeType: recordingFormat(), ...keyFrames });
    this.recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size === 0) return;
      const number = this.count;
      this.count += 1;
      // One after the other, because the simulator requires their order.
      this.sent = this.sent.then(() => this.send(number, data));
      this.sent.catch((error: unknown) => {
        if (this.cancelled.signal.aborted) return;
        this.cancel();
        onFailed(error);
      });
    });
    this.recorder.start(CHUNK_MS);
  }

  /** Stops recording and resolves when all chunks are sent. A second call waits for the first. */
  finish(): Promise<void> {
    this.finished ??= this.end();
    return this.finished;
  }

  /** Stops recording and sends nothing more. */
  cancel(): void {
    this.cancelled.abort(new Error('The recording was cancelled.'));
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
    await this.link.request(
      `${this.path}/end`,
      { method: 'POST', body: { chunks: this.count } },
      this.cancelled.signal,
    );
  }

  private async send(number: number, data: Blob): Promise<void> {
    const body = await data.arrayBuffer();
    await this.link.request(`${this.path}/chunks/${number}`, { method: 'PUT', body }, this.cancelled.signal);
  }
}
