import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { untilGone } from '../../aws/processes';

const PATIENCE_MS = 10_000;

/** Whether a process ends by itself, soon; one that doesn't is killed. */
export async function endsSoon(pid: number): Promise<boolean> {
  const gone = untilGone(pid).then(() => true);
  const timer = new AbortController();
  const late = pause(PATIENCE_MS, false, { signal: timer.signal }).catch(() => true);
  const ended = await Promise.race([gone, late]);
  timer.abort();
  if (!ended) process.kill(pid, 'SIGKILL');
  return ended;
}

/** Runs a script of this folder that starts a process and prints its id; kills the script, and returns that id. */
export async function killParent(script: string): Promise<number> {
  const args = ['--import', 'tsx', path.join(__dirname, script)];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 });
  const [line]: unknown[] = await once(createInterface({ input: parent.stdout }), 'line');
  const pid = Number(line);
  if (!Number.isInteger(pid) || pid < 1)
    throw new Error(`${script}: printed no process id, got ${String(line)}.`);
  // Nobody else says whether the process was there at all.
  process.kill(pid, 0);
  parent.kill('SIGKILL');
  return pid;
}
