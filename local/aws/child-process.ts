import { spawn } from 'node:child_process';
import type { Serializable, SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a child process ended, and everything it printed. */
export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to run. `onLine` gets each line of either stream as it comes. */
interface ChildProps {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** A message for the child, and who gets its own. */
  readonly ipc?:
    { readonly send: Serializable; readonly onMessage: (message: Serializable) => void } | undefined;
}

/**
 * Runs a program to its end and keeps its output; a non-zero exit is a result, not an error.
 *
 * Its stdin is a pipe that is never written to: when this process dies, even by `kill -9`, the child reads the end of
 * that pipe. The children we start watch for it (`ends-with-parent.mjs`, `emulator/ends_with_parent.py`).
 *
 * @throws when the program cannot be started (`code` is then `ENOENT` and the like) or `signal` was aborted.
 */
export function runChild(props: ChildProps): Promise<ChildResult> {
  const stdio: SpawnOptions['stdio'] = ['pipe', 'pipe', 'pipe', ...(props.ipc ? (['ipc'] as const) : [])];
  const options: SpawnOptions = { stdio, windowsHide: true };
  if (props.cwd !== undefined) options.cwd = props.cwd;
  if (props.env !== undefined) options.env = props.env;
  props.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(props.command, props.args, options);
    const kill = (): void => void child.kill('SIGTERM');
    props.signal?.addEventListener('abort', kill, { once: true });
    if (props.ipc !== undefined) {
      child.on('message', props.ipc.onMessage);
      // A child that ended before it heard says so by its exit.
      child.send(props.ipc.send, () => undefined);
    }
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = child[name];
      if (stream === null) continue;
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
        output[name] += `${line}\n`;
        props.onLine?.(line);
      });
    }
    child.on('error', (error) => {
      props.signal?.removeEventListener('abort', kill);
      reject(error);
    });
    child.on('exit', () => {
      props.signal?.removeEventListener('abort', kill);
      if (props.signal?.aborted !== true) return;
      // Its own children may hold its output open for much longer.
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(abortReason(props.signal));
    });
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** The last lines of a log, for an error message: the cause is nearly always there. */
export function tail(text: string, lines = 20): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** `AbortSignal.reason` may be any value; an error keeps its own stack. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
