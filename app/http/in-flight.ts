/** Work that a shutdown waits for, also when its caller has hung up: a billed conversation must be recorded or ended. */
export class InFlight {
  private readonly working = new Set<Promise<unknown>>();

  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.catch(() => undefined).finally(() => this.working.delete(settled));
    this.working.add(settled);
    return work;
  }

  /** Resolves when no work is in flight. */
  async done(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working);
  }
}
