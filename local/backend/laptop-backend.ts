import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { problem } from '../../contract/problem';
import { runChild, tail } from '../aws/child-process';
import type { UpResult, LaptopStack } from '../azure/stack/stack';
import type { RunningFakeAzure } from '../azure/start-fake-azure';
import { OPERATOR_KEY, stackConfig, START_KEY, type StackInputs, type Variation } from './settings';

/** The backend in the laptop's Azure; only the Pulumi program deploys it. */
export class LaptopBackend {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** Key for /tavus/start. */
  readonly startKey = START_KEY;
  /** Key for /recordings. */
  readonly operatorKey = OPERATOR_KEY;

  constructor(
    private readonly fakeAzure: RunningFakeAzure,
    private readonly stack: LaptopStack,
    private readonly inputs: StackInputs,
  ) {
    this.url = inputs.publicBaseUrl;
  }

  /** `pulumi up` without an image. */
  async deployPlatform(): Promise<UpResult> {
    return this.stack.up(stackConfig(this.inputs, undefined));
  }

  /** Pushes a bundle into the platform's registry. @returns the image with its digest */
  async push(registry: string, bundle: string): Promise<string> {
    const digest = await digestOf(bundle);
    this.fakeAzure.azure.push(digest, bundle);
    return `${registry}/tavus-recordings@${digest}`;
  }

  /** `pulumi up` with an image. */
  async deploy(image: string, variation: Variation = {}): Promise<UpResult> {
    return this.stack.up(stackConfig(this.inputs, image, variation));
  }

  /** The log of all its revisions. */
  log(): string {
    return this.fakeAzure.log();
  }

  /** The stored state of the stack; undefined without the Pulumi CLI. */
  readState(): Promise<string | undefined> {
    return this.stack.readState();
  }
}

/** Builds the production bundle as `npm run build` does, in this run's own folder. @returns the folder of the bundle */
export async function makeBundle(root: string, directory: string, signal: AbortSignal): Promise<string> {
  const bundle = path.join(directory, 'dist');
  const { code, stdout, stderr } = await runChild({
    command: process.execPath,
    args: ['--import', 'tsx', path.join(root, 'app', 'build.ts'), bundle],
    cwd: root,
    signal,
  });
  if (code === 0) return bundle;
  const what = problem({
    name: 'npm run build',
    wrong: 'failed',
    got: `exit code ${code}`,
    why: 'The backend cannot be deployed.',
    fix: 'See the last lines:',
  });
  throw new Error(`${what}\n${tail(stdout + stderr)}`);
}

/** A bundle that exits at once. @returns its folder */
export async function brokenBundle(directory: string): Promise<string> {
  const folder = path.join(directory, 'broken-dist');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'server.mjs'), "throw new Error('This image does not start.');\n");
  return folder;
}

/** Digest of a bundle, as a registry computes it: equal for equal files. */
async function digestOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(path.join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return `sha256:${hash.digest('hex')}`;
}
