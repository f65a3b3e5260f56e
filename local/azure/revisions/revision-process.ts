import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { ENDS_WITH_PARENT } from '../../aws/child-process';
import type { Revision } from '../cloud/revision';

const CONTAINER_PORTS = ['--import', pathToFileURL(path.join(__dirname, 'container-ports.mjs')).href];

const PORT_MESSAGE = z.object({ asked: z.number(), given: z.number() });

/** A revision's process. */
export interface RevisionProcess {
  /** The computer's port for a port of the container; undefined if nothing listens on it. */
  port(containerPort: number): number | undefined;
  log(): string;
  /** Resolves with the end of the process, such as "exit code 1"; never rejects. */
  readonly ended: Promise<string>;
  /** Sends SIGTERM once, and SIGKILL after the grace period. May be called again. */
  stop(): Promise<void>;
}

/** Starts the bundle with the revision's environment and the platform's variables. */
export function startRevision(
  { bundle, environment, graceSeconds }: Revision,
  platform: Readonly<Record<string, string>>,
  onLog: (text: string) => void,
): RevisionProcess {
  const child = spawn(
    process.execPath,
    [...ENDS_WITH_PARENT, ...CONTAINER_PORTS, path.join(bundle, 'server.mjs')],
    {
      cwd: bundle,
      env: { ...platform, ...environment },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    },
  );
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
  // A second SIGTERM would end the process before it has finished its requests.
  let ending: Promise<void> | undefined;
  return {
    port: (containerPort) => ports.get(containerPort),
    log: () => log,
    ended,
    stop: () => (ending ??= end()),
  };
}
