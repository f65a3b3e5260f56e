import { styleText } from 'node:util';

/** Duration of a step, for `--json`. */
export interface StepTime {
  readonly title: string;
  readonly seconds: number;
}

/**
 * Runs the steps of a deployment and shows their progress. A terminal shows the running steps in its last row; other
 * outputs get one line for each finished step.
 */
export class ProgressSteps {
  readonly times: StepTime[] = [];
  /** Titles of the running steps. */
  private readonly running = new Set<string>();

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** Runs one step; rethrows its error. @param work gets a function that prints a line below the step */
  async run<T>(title: string, work: (report: (line: string) => void) => Promise<T>): Promise<T> {
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

  /** Prints the running steps in the last row, cut at its width. */
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
