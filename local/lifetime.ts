import { isRunning } from './is-running';
import { npmParent } from './npm-parent';

const POLL_MS = 250;

/** The run was ended from outside; `exitCode` is what a shell expects for it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/**
 * A signal that aborts when this run should end: Ctrl-C, a request to terminate, a closed terminal, or the death of
 * the npm that started it (`kill -9` of npm reaches nobody else, and would leave the laptop cloud running).
 */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  const end = (message: string, exitCode: number): void =>
    controller.abort(new Interrupted(message, exitCode));
  process.once('SIGINT', () => end('Interrupted.', 130));
  process.once('SIGTERM', () => end('Terminated.', 143));
  process.once('SIGHUP', () => end('The terminal was closed.', 129));
  const npm = npmParent();
  if (npm !== undefined) {
    const watch = setInterval(() => {
      if (!isRunning(npm)) end('The npm that started this run is gone.', 143);
    }, POLL_MS);
    watch.unref();
  }
  return controller.signal;
}
