/**
 * What Container Apps runs, and nothing else; a computer with another processor builds for its own unless it is told.
 * @see https://learn.microsoft.com/azure/container-apps/containers (read 2026-11-29)
 */
export const IMAGE_PLATFORM = 'linux/amd64';

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Images that a Dockerfile builds upon. */
export const baseImages = (dockerfile: string): readonly string[] =>
  [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);

/** Those that are named by a tag alone, which can be another image tomorrow. */
export const unpinnedImages = (dockerfile: string): readonly string[] =>
  baseImages(dockerfile).filter((image) => !DIGEST.test(image));

/** Image and tag, without a digest. */
export const withoutDigest = (image: string): string => image.replace(DIGEST, '');

/**
 * The Dockerfile with each base by tag and digest: the digest decides, the tag says to people and to Dependabot what it is.
 * @param digests by image and tag
 */
export const withDigests = (dockerfile: string, digests: ReadonlyMap<string, string>): string =>
  dockerfile.replaceAll(/^FROM (\S+)/gm, (line, image: string) => {
    const tagged = withoutDigest(image);
    const digest = digests.get(tagged);
    return digest === undefined ? line : `FROM ${tagged}@${digest}`;
  });
