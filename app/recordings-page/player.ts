import type { RecordingLink } from './answers';

export interface PlayerPort {
  /** A new link; undefined when refused, which is shown to the person. */
  readonly link: () => Promise<RecordingLink | undefined>;
  /** The recording cannot be played with a valid link. */
  readonly failed: (words: string) => void;
}

/**
 * Plays one recording. The link is valid for 15 minutes and the browser loads the video in parts. After an error the
 * player gets a new link and continues at the same position.
 */
export class Player {
  private positionSec = 0;
  private isPlaying = false;
  private isRenewing = false;
  /** Whether the current link has worked. */
  private hasWorked = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly port: PlayerPort,
  ) {
    const keep = (): void => {
      if (!this.isRenewing) this.positionSec = video.currentTime;
    };
    video.addEventListener('timeupdate', keep);
    video.addEventListener('seeking', keep);
    video.addEventListener('play', () => {
      this.isPlaying = true;
    });
    video.addEventListener('pause', () => {
      // An error also sends `pause`.
      if (video.error === null) this.isPlaying = false;
    });
    video.addEventListener('canplay', () => {
      if (!video.seeking) this.hasWorked = true;
    });
    video.addEventListener('loadedmetadata', () => this.goOn());
    video.addEventListener('error', () => void this.renew());
  }

  async start(): Promise<void> {
    this.isPlaying = true;
    await this.load();
  }

  private async load(): Promise<void> {
    this.isRenewing = true;
    const link = await this.port.link();
    if (link === undefined) return;
    this.hasWorked = false;
    this.video.src = link.url;
  }

  /** Continues at the previous position with the new link. */
  private goOn(): void {
    if (this.positionSec > 0) this.video.currentTime = this.positionSec;
    this.isRenewing = false;
    // If the browser requires a click, its own button is visible.
    if (this.isPlaying) this.video.play().catch(() => undefined);
  }

  private async renew(): Promise<void> {
    const { error } = this.video;
    const isBroken = error?.code === MediaError.MEDIA_ERR_DECODE;
    // A new link would not help.
    if (isBroken || !this.hasWorked) {
      this.port.failed(error?.message ?? '');
      return;
    }
    await this.load();
  }
}
