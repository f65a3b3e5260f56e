import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isRunning } from './lifetime';

/** Creates this run's own folder below .local/, and removes those of runs that have ended. */
export async function createRunDirectory(root: string): Promise<string> {
  const runs = path.join(root, '.local', 'runs');
  await mkdir(runs, { recursive: true });
  const ended = (await readdir(runs)).filter(
    (name) => !isRunning(Number(name)) || Number(name) === process.pid,
  );
  await Promise.all(ended.map((name) => rm(path.join(runs, name), { recursive: true, force: true })));
  const directory = path.join(runs, String(process.pid));
  await mkdir(directory);
  return directory;
}
