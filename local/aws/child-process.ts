import { spawn } from 'node:child_process';
import type { Serializable, SpawnOptions } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** Arguments with which a Node child process ends with this process, even after `kill -9`. */
export const ENDS_WITH_PARENT: readonly string[] = [
  '--import',
  pathToFileURL(path.join(__dirname, 'ends-with-parent.mjs')).href,
];

/** Exit code and output of a child process. */
export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program to run. */
interface ChildProps {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of both streams. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** A message to the child, and a function that gets its messages. */
  readonly ipc?:
    { readonly send: Serializable; readonly onMessage: (message: Serializable) => void } | undefined;
}

/**
 * Runs a program and returns its output. A non-zero exit code is a result, not an error.
 *
 * The child's stdin is a pipe that stays empty. When this process ends, even by `kill -9`, the pipe is closed, and our
 * child programs then exit (`ends-with-parent.mjs`, `emulator/ends_with_parent.py`).
 *
 * @throws when the program cannot be started (with a `code` such as `ENOENT`) or `signal` is aborted
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
      // Ignored: if the child has ended already, its exit is reported.
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
      // The child's own children may keep its output open for much longer.
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(abortReason(props.signal));
    });
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** The basic variables of a child process; no others of the user. */
export const basicEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'].map((name) => [name, process.env[name]]),
  );

/** The last lines of a log, for an error message. */
export function tail(text: string, lines = 20): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** The reason of an aborted signal as an error. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
