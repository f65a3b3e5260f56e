/** Reproducible pseudo-random numbers (mulberry32): the seed repeats a failure. */
export class Random {
  constructor(private state: number) {}

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error('There is nothing to pick.');
    return one;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  text(most: number): string {
    return Array.from({ length: this.below(most) }, () =>
      String.fromCharCode(this.pick([65, 48, 47, 37, 46, 34, 0x2028, 0xd83d, 9, 0])),
    ).join('');
  }

  json(depth = 3): unknown {
    const kinds: readonly (() => unknown)[] = [
      () => null,
      () => this.chance(0.5),
      () => (this.next() - 0.5) * 1e12,
      () => this.text(40),
      () => (depth === 0 ? [] : Array.from({ length: this.below(4) }, () => this.json(depth - 1))),
      () =>
        depth === 0
          ? {}
          : Object.fromEntries(
              Array.from({ length: this.below(4) }, () => [this.text(8), this.json(depth - 1)]),
            ),
    ];
    return this.pick(kinds)();
  }
}
