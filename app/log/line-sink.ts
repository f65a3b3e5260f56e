import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** A pipe that another program set to non-blocking may be full for a moment. */
const FULL_TRIES = 10;
const FULL_WAIT_MS = 10;

const STDOUT = 1;

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

/** Sleeps without letting anything else run: the line is to be there when the caller goes on. */
const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/**
 * Standard output, line by line and at once: one of the lines is the evidence of a consent.
 * @throws what the system says: a full disk, a closed pipe
 */
export function stdoutLines(): DestinationStream {
  /** The last line was cut by an error, so the next one must not continue it. */
  let isCut = false;
  const put = (bytes: Buffer): number => {
    for (let tries = 1; ; tries += 1) {
      try {
        return writeSync(STDOUT, bytes);
      } catch (error) {
        if (!isFull(error) || tries === FULL_TRIES) throw error;
        block(FULL_WAIT_MS);
      }
    }
  };
  return {
    write(line) {
      let rest = Buffer.from(isCut ? `\n${line}` : line);
      const { length } = rest;
      while (rest.length > 0) {
        const written = put(rest);
        rest = rest.subarray(written);
        isCut = rest.length > 0 && rest.length < length;
      }
    },
  };
}

/**
 * Where the log goes. A line that cannot be written changes nothing for who logs it: it is lost, and the next one is tried
 * again. Who needs to know asks {@link wasWritten}.
 */
export class LineSink implements DestinationStream {
  private lost = 0;

  constructor(private readonly lines: DestinationStream) {}

  write(line: string): void {
    try {
      this.lines.write(line);
    } catch {
      this.lost += 1;
    }
  }

  /** Logs, and answers whether all of it was written. */
  wasWritten(log: () => void): boolean {
    const before = this.lost;
    log();
    return this.lost === before;
  }
}
