import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { baseImages, withDigests, withoutDigest } from '../ops/deploy/base-images';
import { read, ROOT } from './command';

const DOCKERFILE = path.join(ROOT, 'app', 'Dockerfile');

const MANIFEST = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** Reads the digest of the multi-platform manifest from the image's registry. */
const digestOf = (image: string): string =>
  MANIFEST.parse(
    JSON.parse(read('docker', ['buildx', 'imagetools', 'inspect', '--format', '{{json .Manifest}}', image])),
  ).digest;

/** Writes the present digest of each base image into the Dockerfile. */
function main(): void {
  const dockerfile = readFileSync(DOCKERFILE, 'utf8');
  const images = baseImages(dockerfile).map(withoutDigest);
  const digests = new Map(images.map((image) => [image, digestOf(image)]));
  writeFileSync(DOCKERFILE, withDigests(dockerfile, digests));
  for (const [image, digest] of digests) console.log(`${image} ${digest}`);
}

try {
  main();
} catch (error) {
  console.error(
    `image:pin: nothing was changed. It needs docker with buildx, and a network to the registries.\n${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
