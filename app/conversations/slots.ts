import type { Clock } from '../clock';

/** The cap on conversations at a time, counted in this process. Each slot frees itself when its call must be over. */
export class Slots {
  /** Epoch ms at which each start's slot is free whatever happens. */
  private readonly taken = new Map<string, number>();

  /** @param cap undefined: no cap */
  constructor(
    private readonly cap: number | undefined,
    private readonly clock: Clock,
  ) {}

  /** Takes a slot, or answers false when there is none. */
  take(startId: string, longestMs: number): boolean {
    if (this.cap === undefined) return true;
    const now = this.clock.now();
    for (const [id, until] of this.taken) if (until <= now) this.taken.delete(id);
    if (this.taken.size >= this.cap) return false;
    this.taken.set(startId, now + longestMs);
    return true;
  }

  /** Keeps a slot for no longer than this from now. */
  shorten(startId: string, longestMs: number): void {
    const until = this.taken.get(startId);
    if (until !== undefined) this.taken.set(startId, Math.min(until, this.clock.now() + longestMs));
  }

  free(startId: string | undefined): void {
    if (startId !== undefined) this.taken.delete(startId);
  }
}
