import type { Link } from './link';
import { BrowserRecording, recordingFormat } from './browser-recording';

/** The recordings of this browser, by instance. */
export class BrowserRecordings {
  private readonly running = new Map<string, BrowserRecording>();
  /** Starts and stops run one after the other: a start must wait until a stop has sent the last chunks. */
  private lastTask: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly link: Link,
    private readonly showNote: (note: string) => void,
  ) {}

  request(instanceId: string): void {
    this.inOrder(() =>
      this.link.request('/recordings', { method: 'POST', body: { instance_id: instanceId } }),
    );
  }

  /** Records the stream from now on. */
  begin(instanceId: string, stream: MediaStream): void {
    const path = `/recordings/${encodeURIComponent(instanceId)}`;
    try {
      const onFailed = (): void => this.showNote('The recording could not be sent to the simulator.');
      this.running.set(instanceId, new BrowserRecording(stream, this.link, path, onFailed));
      const format = recordingFormat();
      this.showNote(format.startsWith('video/mp4') ? '' : `This browser records ${format}, not MP4.`);
    } catch (error) {
      this.showNote(`This browser cannot record: ${messageOf(error)}`);
    }
  }

  /** Sends the last chunks. Shows an error to the person, and never rejects. */
  async finish(instanceId: string): Promise<void> {
    try {
      await this.running.get(instanceId)?.finish();
    } catch (error) {
      this.showNote(`The end of the recording could not be sent: ${messageOf(error)}`);
    }
    this.running.delete(instanceId);
  }

  async finishAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((instanceId) => this.finish(instanceId)));
  }

  cancel(instanceId: string): void {
    this.running.get(instanceId)?.cancel();
    this.running.delete(instanceId);
  }

  /** Sends the last chunks, then stops the room's recording, or all if no instance is given. */
  stop(instanceId: string | undefined): void {
    this.inOrder(async () => {
      await (instanceId === undefined ? this.finishAll() : this.finish(instanceId));
      const body = instanceId === undefined ? {} : { instance_id: instanceId };
      await this.link.request('/recordings/stop', { method: 'POST', body });
    });
  }

  private inOrder(work: () => Promise<unknown>): void {
    this.lastTask = this.lastTask.then(work).catch((error: unknown) => this.showNote(messageOf(error)));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
