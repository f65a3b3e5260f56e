import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

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
