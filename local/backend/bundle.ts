import path from 'node:path';
import { runChild, tail } from '../aws/child-process';

/** Makes the production bundle as `npm run build` does, but in a folder of this run's own. Answers the folder. */
export async function makeBundle(root: string, directory: string, signal: AbortSignal): Promise<string> {
  const bundle = path.join(directory, 'dist');
  const { code, stdout, stderr } = await runChild({
    command: process.execPath,
    args: ['--import', 'tsx', path.join(root, 'app', 'build.ts'), bundle],
    cwd: root,
    signal,
  });
  if (code === 0) return bundle;
  throw new Error(
    `npm run build: failed, got exit code ${code}. There is no backend without it.\n${tail(stdout + stderr)}`,
  );
}
