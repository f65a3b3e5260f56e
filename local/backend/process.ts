import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { tail } from '../aws/child-process';

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 12_000;
const POLL_MS = 25;

/** A running backend: the production bundle in a process of its own. */
export interface Backend {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** Everything that it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/** A port of this computer that nobody listens on just now. The backend's own address is part of its settings. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port was given.');
  return address.port;
}

/**
 * Starts the bundle with exactly these settings and waits until it says that it is ready.
 * @throws with what it printed when it ends or isn't ready in time
 */
export async function startBackend(
  bundle: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Backend> {
  const preload = pathToFileURL(path.join(__dirname, '..', 'aws', 'ends-with-parent.mjs')).href;
  const child = spawn(process.execPath, ['--import', preload, path.join(bundle, 'server.mjs')], {
    env: { PATH: process.env['PATH'], ...settings, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let log = '';
  child.stdin.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      log += error.message;
      resolve();
    });
    child.once('close', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  const url = `http://localhost:${port}`;
  if (await ready(`http://127.0.0.1:${port}/readyz`, exited)) return { url, log: () => log, stop };
  await stop();
  throw new Error(
    `backend: did not become ready, got its log below. Nothing can be recorded without it. Its settings came from the hand-over.\n${tail(log)}`,
  );
}

async function ready(url: string, exited: Promise<void>): Promise<boolean> {
  const ended = exited.then(() => 'ended' as const);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return true;
    if ((await Promise.race([ended, pause(POLL_MS)])) === 'ended') return false;
  }
  return false;
}
