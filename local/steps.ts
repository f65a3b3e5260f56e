import { styleText } from 'node:util';

/** What a step took, for `--json`. */
export interface StepTime {
  readonly title: string;
  readonly seconds: number;
}

/** Says a line about the step under way. */
export type Report = (line: string) => void;

/**
 * Runs the steps of a deployment one after the other and tells a person how far it is: on a terminal the running
 * step is shown and then replaced by its result, elsewhere each result is one plain line.
 */
export class Steps {
  readonly times: StepTime[] = [];
  /** Titles of steps that are under way. */
  private readonly running = new Set<string>();

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** Runs one step. An error leaves it marked as failed and is thrown on. */
  async run<T>(title: string, work: (report: Report) => Promise<T>): Promise<T> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    this.running.add(title);
    this.showRunning();
    try {
      const result = await work((line) => {
        this.line(styleText('dim', `    ${line}`, { stream: this.out }));
      });
      this.running.delete(title);
      this.times.push({ title, seconds: Number(seconds().toFixed(2)) });
      this.line(
        `  ${styleText('green', '✓', { stream: this.out })} ${title.padEnd(58)}${seconds().toFixed(1).padStart(6)} s`,
      );
      return result;
    } catch (error) {
      this.running.delete(title);
      this.line(
        `  ${styleText('red', '✗', { stream: this.out })} ${title.padEnd(58)}${seconds().toFixed(1).padStart(6)} s`,
      );
      throw error;
    }
  }

  /** In the last row, as far as it is wide. */
  private showRunning(): void {
    if (!this.out.isTTY || this.running.size === 0) return;
    this.clearRow();
    this.out.write(`  … ${[...this.running].join(' … ')}`.slice(0, this.out.columns - 1));
  }

  private clearRow(): void {
    if (!this.out.isTTY) return;
    this.out.cursorTo(0);
    this.out.clearLine(0);
  }

  private line(text: string): void {
    this.clearRow();
    this.out.write(`${text}\n`);
    this.showRunning();
  }
}
