import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { problem } from '../../contract/problem';
import { runChild, tail } from '../aws/child-process';
import type { Deployed, LaptopStack } from '../azure/stack/stack';
import type { RunningStandIn } from '../azure/stand-in';
import { OPERATOR_KEY, stackConfig, START_KEY, type StackInputs, type Variation } from './settings';

/** The backend in the laptop's Azure, deployed by the Pulumi program and by nothing else. */
export class LaptopBackend {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** What a caller of /tavus/start must send. */
  readonly startKey = START_KEY;
  /** What opens /recordings. */
  readonly operatorKey = OPERATOR_KEY;

  constructor(
    private readonly standIn: RunningStandIn,
    private readonly stack: LaptopStack,
    private readonly inputs: StackInputs,
  ) {
    this.url = inputs.publicBaseUrl;
  }

  /** `pulumi up` without an image. Answers what it put out. */
  async deployPlatform(): Promise<Deployed> {
    return this.stack.up(stackConfig(this.inputs, undefined));
  }

  /** Pushes a bundle into the registry that the platform made. Answers the image by its digest. */
  async push(registry: string, bundle: string): Promise<string> {
    const digest = await digestOf(bundle);
    this.standIn.azure.push(digest, bundle);
    return `${registry}/tavus-recordings@${digest}`;
  }

  /** `pulumi up` with an image. */
  async deploy(image: string, variation: Variation = {}): Promise<Deployed> {
    return this.stack.up(stackConfig(this.inputs, image, variation));
  }

  /** Everything that its revisions logged. */
  log(): string {
    return this.standIn.log();
  }

  /** All that the stack's state holds in plain text; undefined: it has no state. */
  record(): Promise<string | undefined> {
    return this.stack.record();
  }
}

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
  const what = problem({
    name: 'npm run build',
    wrong: 'failed',
    got: `exit code ${code}`,
    why: 'There is no backend without it.',
    fix: 'The reason is in the last lines:',
  });
  throw new Error(`${what}\n${tail(stdout + stderr)}`);
}

/** A bundle that ends as soon as it starts. Answers its folder. */
export async function brokenBundle(directory: string): Promise<string> {
  const folder = path.join(directory, 'broken-dist');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'server.mjs'), "throw new Error('This image does not start.');\n");
  return folder;
}

/** Digest of a bundle, as a registry answers it to a push: the same for the same files. */
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
