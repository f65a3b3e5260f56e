import type { Gate } from './scene';

/** A process that dies at one of its requests: its later requests never return. */
export class Dying {
  private count = 0;
  private die: () => void = () => undefined;
  /** Resolves when it has died. */
  readonly died = new Promise<'died'>((resolve) => {
    this.die = () => resolve('died');
  });

  /** @param at number of the request @param moment before the request is sent, or after its response */
  constructor(
    private readonly at: number,
    private readonly moment: 'after' | 'before',
  ) {}

  /** Number of its requests so far. */
  get requests(): number {
    return this.count;
  }

  readonly gate: Gate = async (_, send) => {
    this.count += 1;
    const isLast = this.count === this.at;
    if (this.count > this.at || (isLast && this.moment === 'before')) return this.end();
    const answer = await send();
    return isLast ? this.end() : answer;
  };

  private end(): Promise<never> {
    this.die();
    return new Promise(() => undefined);
  }
}
