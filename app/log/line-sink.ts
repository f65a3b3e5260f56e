import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** A non-blocking pipe may be full for a moment. */
const FULL_TRIES = 10;
const FULL_WAIT_MS = 10;

const STDOUT = 1;

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

/** Sleeps synchronously: the line must be written before the caller continues. */
const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/**
 * Writes each line to standard output synchronously, because a line can be the evidence of a consent.
 * @throws the system's error: a full disk, a closed pipe
 */
export function stdoutLines(): DestinationStream {
  /** The last line was cut by an error, so the next one begins with a line break. */
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
 * Receives the log. A line that cannot be written is lost without an error for the caller. A caller that must know uses
 * {@link wasWritten}.
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

  /** Logs, and returns whether every line was written. */
  wasWritten(log: () => void): boolean {
    const before = this.lost;
    log();
    return this.lost === before;
  }
}
