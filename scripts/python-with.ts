import path from 'node:path';
import { ensureVenv } from '../local/aws/python';
import { CACHE } from './command';

/** Python of a virtual environment with the packages of `<tool>.requirements.txt`, pinned by hash; created on first use. */
export const pythonWith = (tool: string): Promise<string> =>
  ensureVenv({
    name: tool,
    requirementsFile: path.join(__dirname, `${tool}.requirements.txt`),
    cacheDirectory: CACHE,
    report: (line) => console.error(line),
  });
