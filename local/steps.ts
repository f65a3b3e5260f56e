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

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** Runs one step. An error leaves it marked as failed and is thrown on. */
  async run<T>(title: string, work: (report: Report) => Promise<T>): Promise<T> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    this.showRunning(`  … ${title}`);
    try {
      const result = await work((line) => {
        this.line(styleText('dim', `    ${line}`, { stream: this.out }));
        this.showRunning(`  … ${title}`);
      });
      this.times.push({ title, seconds: Number(seconds().toFixed(2)) });
      this.line(
        `  ${styleText('green', '✓', { stream: this.out })} ${title.padEnd(58)}${seconds().toFixed(1).padStart(6)} s`,
      );
      return result;
    } catch (error) {
      this.line(
        `  ${styleText('red', '✗', { stream: this.out })} ${title.padEnd(58)}${seconds().toFixed(1).padStart(6)} s`,
      );
      throw error;
    }
  }

  private showRunning(text: string): void {
    if (this.out.isTTY) this.out.write(text);
  }

  private line(text: string): void {
    if (this.out.isTTY) {
      this.out.cursorTo(0);
      this.out.clearLine(0);
    }
    this.out.write(`${text}\n`);
  }
}
