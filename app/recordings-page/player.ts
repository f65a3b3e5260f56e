import type { RecordingLink } from './answers';

export interface PlayerPort {
  /** A new link; undefined: there is none, and the person has been told why. */
  readonly link: () => Promise<RecordingLink | undefined>;
  /** The recording cannot be played, although there is a link. */
  readonly failed: (words: string) => void;
}

/**
 * Plays one recording. Its link lives 15 minutes, and a browser fetches a video in parts: when it fails, a new link is taken
 * and the player goes on where it was.
 */
export class Player {
  private positionSec = 0;
  private isPlaying = false;
  private isRenewing = false;
  /** Something could be played by the link that there is now. */
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
      // A video that fails pauses, too.
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

  /** Back to where it was, with the new link. */
  private goOn(): void {
    if (this.positionSec > 0) this.video.currentTime = this.positionSec;
    this.isRenewing = false;
    // A browser that wants another click shows its own button.
    if (this.isPlaying) this.video.play().catch(() => undefined);
  }

  private async renew(): Promise<void> {
    const { error } = this.video;
    const isBroken = error?.code === MediaError.MEDIA_ERR_DECODE;
    // A new link would do no better.
    if (isBroken || !this.hasWorked) {
      this.port.failed(error?.message ?? '');
      return;
    }
    await this.load();
  }
}
