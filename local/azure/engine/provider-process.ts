import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { abortReason, tail } from '../../aws/child-process';

/** The name by which the Pulumi CLI finds a provider in a folder. */
const EXECUTABLE = 'pulumi-resource-azure-native';
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5000;
/** Characters of what it printed that are kept for an error message. */
const KEPT = 20_000;

const ENDS_WITH_PARENT = pathToFileURL(path.join(__dirname, '..', '..', 'aws', 'ends-with-parent.mjs')).href;

/** A running provider. */
export interface ProviderProcess {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** The last lines that it printed. */
  printed(): string;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the provider of a folder as the Pulumi CLI does: with the engine's address as its argument; it prints its port.
 * It ends with this process, even when that is killed.
 * @throws with what it printed when it says no port in time, or with the signal's reason; it has ended then
 */
export async function startProvider(
  folder: string,
  props: {
    readonly engine: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ProviderProcess> {
  const { engine, env, signal } = props;
  signal?.throwIfAborted();
  const child = spawn(path.join(folder, EXECUTABLE), [engine], {
    env: { PATH: process.env['PATH'], ...env, NODE_OPTIONS: preloaded(env['NODE_OPTIONS']) },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let log = '';
  const print = (text: string): void => void (log = (log + text).slice(-KEPT));
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', print);
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
  lines.on('line', (line) => print(`${line}\n`));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      print(error.message);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  void ended.then(() => signal?.removeEventListener('abort', onAbort));

  const first = once(lines, 'line', { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
  const port: unknown = await Promise.race([first, ended]).then(
    (line) => line?.[0],
    () => undefined,
  );
  if (typeof port === 'string' && /^\d{1,5}$/.test(port)) {
    return { address: `127.0.0.1:${port}`, printed: () => tail(log), stop };
  }
  await stop();
  if (signal?.aborted === true) throw abortReason(signal);
  throw new Error(
    `${EXECUTABLE}: did not say its port, got its output below. Nothing can be deployed without a provider. Run it by hand in ${folder}.\n${tail(log)}`,
  );
}

/** Whatever script the provider is, its Node ends with us; a shebang can't say so portably. */
const preloaded = (options: string | undefined): string =>
  [...(options === undefined ? [] : [options]), `--import=${ENDS_WITH_PARENT}`].join(' ');
