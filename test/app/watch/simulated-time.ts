import type { Clock } from '../../../app/clock';

interface Task {
  readonly ms: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** Runs all tasks that wait for nothing else. */
export async function settle(turns = 4): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A fake clock that jumps from one task to the next. */
export class SimulatedTime implements Clock {
  private ms: number;
  private order = 0;
  /** A binary heap: the earliest is the first. */
  private readonly heap: Task[] = [];

  constructor(startMs: number) {
    this.ms = startMs;
  }

  now(): number {
    return this.ms;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms / 1000, resolve));
  }

  /** Schedules a task in this number of seconds. */
  in(seconds: number, run: Task['run']): void {
    const task = { ms: this.ms + Math.max(0, seconds) * 1000, order: (this.order += 1), run };
    this.heap.push(task);
    let at = this.heap.length - 1;
    while (at > 0 && this.isBefore(at, (at - 1) >> 1)) at = this.swap(at, (at - 1) >> 1);
  }

  /** Runs all tasks due within this number of seconds, and those that they schedule. */
  async run(seconds: number): Promise<void> {
    const untilMs = this.ms + seconds * 1000;
    for (let next = this.heap[0]; next !== undefined && next.ms <= untilMs; next = this.heap[0]) {
      this.pop();
      this.ms = next.ms;
      await next.run();
    }
    this.ms = untilMs;
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.ms - b.ms < 0 || (a.ms === b.ms && a.order < b.order);
  }

  private swap(one: number, other: number): number {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a !== undefined && b !== undefined) [this.heap[one], this.heap[other]] = [b, a];
    return other;
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const smaller = this.isBefore(right, left) ? right : left;
      if (!this.isBefore(smaller, at)) return;
      at = this.swap(at, smaller);
    }
  }
}
