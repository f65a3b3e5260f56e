import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf } from '../azure/image';
import type { Deployed, LaptopStack } from '../azure/stack/stack';
import type { RunningStandIn } from '../azure/stand-in';
import { stackConfig, START_KEY, type StackInputs, type Variation } from './settings';

/** The backend in the laptop's Azure, deployed by the Pulumi program and by nothing else. */
export class LaptopBackend {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** What a caller of /tavus/start must send. */
  readonly startKey = START_KEY;

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

/** A bundle that ends as soon as it starts. Answers its folder. */
export async function brokenBundle(directory: string): Promise<string> {
  const folder = path.join(directory, 'broken-dist');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'server.mjs'), "throw new Error('This image does not start.');\n");
  return folder;
}
