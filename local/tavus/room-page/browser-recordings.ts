import type { Link } from './link';
import { BrowserRecording, recordingFormat } from './browser-recording';

/** All recordings of this browser, by instance. */
export class BrowserRecordings {
  private readonly running = new Map<string, BrowserRecording>();
  /** Starts and stops one after the other: a stop first sends what is left, a start must not overtake it. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly link: Link,
    private readonly tellPerson: (note: string) => void,
  ) {}

  ask(instanceId: string): void {
    this.inOrder(() => this.link.ask('/recordings', { method: 'POST', body: { instance_id: instanceId } }));
  }

  /** Takes what camera and microphone give from now on. */
  begin(instanceId: string, stream: MediaStream): void {
    const path = `/recordings/${encodeURIComponent(instanceId)}`;
    try {
      const failed = (): void => this.tellPerson('The recording could not be sent on.');
      this.running.set(instanceId, new BrowserRecording(stream, this.link, path, failed));
      const format = recordingFormat();
      this.tellPerson(format.startsWith('video/mp4') ? '' : `This browser records ${format}, not MP4.`);
    } catch (error) {
      this.tellPerson(`This browser cannot record: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  /** Sends what is left; what fails is told to the person, never thrown. */
  async finish(instanceId: string): Promise<void> {
    try {
      await this.running.get(instanceId)?.finish();
    } catch (error) {
      this.tellPerson(
        `The recording's end could not be sent: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    }
    this.running.delete(instanceId);
  }

  async finishAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((instanceId) => this.finish(instanceId)));
  }

  drop(instanceId: string): void {
    this.running.get(instanceId)?.drop();
    this.running.delete(instanceId);
  }

  /** Stops the room's recording, after its last bytes. */
  stop(instanceId: string | undefined): void {
    this.inOrder(async () => {
      await (instanceId === undefined ? this.finishAll() : this.finish(instanceId));
      const body = instanceId === undefined ? {} : { instance_id: instanceId };
      await this.link.ask('/recordings/stop', { method: 'POST', body });
    });
  }

  private inOrder(work: () => Promise<unknown>): void {
    this.last = this.last.then(work).catch((error: unknown) => {
      this.tellPerson(error instanceof Error ? error.message : 'unknown');
    });
  }
}
