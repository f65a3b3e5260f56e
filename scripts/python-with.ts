import path from 'node:path';
import { ensureVenv } from '../local/aws/python';
import { CACHE } from './command';

/** The Python of an environment with exactly the packages of `<tool>.requirements.txt`, by their hashes; made on first use. */
export const pythonWith = (tool: string): Promise<string> =>
  ensureVenv({
    name: tool,
    requirementsFile: path.join(__dirname, `${tool}.requirements.txt`),
    cacheDirectory: CACHE,
    report: (line) => console.error(line),
  });
