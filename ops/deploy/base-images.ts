/**
 * The only platform of Container Apps. Without it, Docker builds for the processor of the machine.
 * @see https://learn.microsoft.com/azure/container-apps/containers (read 2026-11-29)
 */
export const IMAGE_PLATFORM = 'linux/amd64';

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Base images of a Dockerfile. */
export const baseImages = (dockerfile: string): readonly string[] =>
  [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);

/** Base images without a digest. A tag can be moved to another image. */
export const unpinnedImages = (dockerfile: string): readonly string[] =>
  baseImages(dockerfile).filter((image) => !DIGEST.test(image));

/** Image and tag, without a digest. */
export const withoutDigest = (image: string): string => image.replace(DIGEST, '');

/**
 * Sets the digest of each base image. The digest decides; the tag is for people and Dependabot.
 * @param digests by image and tag
 */
export const withDigests = (dockerfile: string, digests: ReadonlyMap<string, string>): string =>
  dockerfile.replaceAll(/^FROM (\S+)/gm, (line, image: string) => {
    const tagged = withoutDigest(image);
    const digest = digests.get(tagged);
    return digest === undefined ? line : `FROM ${tagged}@${digest}`;
  });
