import { readFileSync } from 'node:fs';
import path from 'node:path';
import { baseImages, unpinnedImages, withDigests } from '../../../ops/deploy/base-images';

const DOCKERFILE = readFileSync(path.resolve(__dirname, '../../../app/Dockerfile'), 'utf8');
const BUILD = 'docker.io/library/node:24-trixie-slim';
const RUN = 'gcr.io/distroless/nodejs24-debian13:nonroot';
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const [A, B] = [digest('a'), digest('b')];

test('the base images are found, with and without a digest', () => {
  expect(baseImages(DOCKERFILE).map((image) => image.split('@')[0])).toEqual([BUILD, RUN]);
});

test('pinning adds the digest to the tag, and changes nothing else', () => {
  const before = `# FROM a comment\nFROM ${BUILD} AS build\nRUN x\nFROM ${RUN}\n`;
  const pinned = withDigests(
    before,
    new Map([
      [BUILD, A],
      [RUN, B],
    ]),
  );
  expect(pinned).toBe(`# FROM a comment\nFROM ${BUILD}@${A} AS build\nRUN x\nFROM ${RUN}@${B}\n`);
  expect(unpinnedImages(before)).toEqual([BUILD, RUN]);
  expect(unpinnedImages(pinned)).toEqual([]);
});

test('pinning again updates a digest', () => {
  expect(withDigests(`FROM ${RUN}@${A}\n`, new Map([[RUN, B]]))).toBe(`FROM ${RUN}@${B}\n`);
});

test('a truncated digest does not count', () => {
  expect(unpinnedImages(`FROM ${RUN}@${A.slice(0, -1)}\n`)).toHaveLength(1);
});
