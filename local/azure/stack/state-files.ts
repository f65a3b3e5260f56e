import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { problem } from '../../../contract/problem';

/** Name of a stack file, which contains the configuration with encrypted secrets. */
const STACK_FILE = /^Pulumi\..+\.yaml$/;

/**
 * Reads all files of a stack: state, history, backups and the stack file. `exportStack()` of the Automation API would not
 * do, because it decrypts secrets.
 *
 * @param project folder of Pulumi.yaml and the stack file
 * @param state folder of the file backend
 * @throws when there is no state, because a search for secrets would then find nothing and look like a success
 */
export async function readStateFiles(project: string, state: string): Promise<string> {
  const stateFiles = (await readdir(state, { recursive: true, withFileTypes: true })).filter(isFile);
  if (!stateFiles.some(({ parentPath }) => isIn('stacks', parentPath))) {
    throw new Error(
      problem({
        name: 'state',
        wrong: 'has no stack',
        got: `${stateFiles.length} files in ${state}`,
        why: 'A search for secrets in it would prove nothing.',
        fix: 'Run `pulumi up` first, with PULUMI_BACKEND_URL naming this folder.',
      }),
    );
  }
  const stackFiles = (await readdir(project, { withFileTypes: true })).filter(
    (entry) => isFile(entry) && STACK_FILE.test(entry.name),
  );
  const texts = [...stateFiles, ...stackFiles].map(({ parentPath, name }) =>
    textOf(path.join(parentPath, name)),
  );
  return (await Promise.all(texts)).join('\n');
}

const isFile = (entry: Dirent): boolean => entry.isFile();

const isIn = (folder: string, parentPath: string): boolean => parentPath.split(path.sep).includes(folder);

/** Text of a file. The CLI compresses its state with PULUMI_DIY_BACKEND_GZIP and _ZSTD. */
async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (file.endsWith('.gz')) return gunzipSync(bytes).toString();
  return (file.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString();
}
