import { TestClock } from './helpers';

/** A fake clock that only a test moves. */
export class HeldClock extends TestClock {
  private readonly held = new Set<() => void>();

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve) => {
      this.held.add(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  }

  pass(ms: number): void {
    this.advance(ms);
    for (const resume of this.held) resume();
    this.held.clear();
  }
}
