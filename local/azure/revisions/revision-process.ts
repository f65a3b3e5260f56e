import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { Revision } from '../cloud/revision';

const PRELOADS = [
  path.join(__dirname, '..', '..', 'aws', 'ends-with-parent.mjs'),
  path.join(__dirname, 'container-ports.mjs'),
].flatMap((file) => ['--import', pathToFileURL(file).href]);

const PORT_MESSAGE = z.object({ asked: z.number(), given: z.number() });

/** A revision's process. */
export interface RevisionProcess {
  /** The port of this computer that stands for one of the container's; undefined: nothing listens on that. */
  port(ofContainer: number): number | undefined;
  log(): string;
  /** How it ended, such as "exit code 1"; never rejects. */
  readonly ended: Promise<string>;
  /** SIGTERM, once however often it is called, and after the grace SIGKILL. */
  stop(): Promise<void>;
}

/** Starts the bundle with exactly the revision's environment, and what the platform adds to every app's. */
export function startRevision(
  { bundle, environment, graceSeconds }: Revision,
  platform: Readonly<Record<string, string>>,
  onLog: (text: string) => void,
): RevisionProcess {
  const child = spawn(process.execPath, [...PRELOADS, path.join(bundle, 'server.mjs')], {
    cwd: bundle,
    env: { ...platform, ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const ports = new Map<number, number>();
  let log = '';
  child.on('message', (message) => {
    const { success, data } = PORT_MESSAGE.safeParse(message);
    if (success) ports.set(data.asked, data.given);
  });
  child.stdin?.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      onLog(text);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceSeconds * 1000);
    await ended;
    clearTimeout(timer);
  };
  // A second SIGTERM would end at once who is finishing its requests.
  let ending: Promise<void> | undefined;
  return {
    port: (ofContainer) => ports.get(ofContainer),
    log: () => log,
    ended,
    stop: () => (ending ??= end()),
  };
}
