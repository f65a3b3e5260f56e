import { readFile } from 'node:fs/promises';
import {
  CLIP_FILE,
  paddingBytes,
  RECORDING_BYTES,
  recordingBytes,
} from '../../../local/tavus/recording-bytes';

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

test('the clip is a small MP4 with picture and sound', async () => {
  const clip = await readFile(CLIP_FILE);
  expect(clip.byteLength).toBeLessThanOrEqual(400 * 1024);
  expect(clip.toString('latin1', 4, 8)).toBe('ftyp');
  for (const part of ['moov', 'mdat', 'avc1', 'Opus']) expect(clip.includes(part)).toBe(true);
});

test('a recording is the clip and one free box, 12 MiB in all', async () => {
  const [clip, file] = [await readFile(CLIP_FILE), await collect(recordingBytes())];
  expect(file.byteLength).toBe(RECORDING_BYTES);
  expect(file.subarray(0, clip.byteLength).equals(clip)).toBe(true);
  // A player skips what a `free` box holds.
  expect(file.readUInt32BE(clip.byteLength)).toBe(RECORDING_BYTES - clip.byteLength);
  expect(file.toString('latin1', clip.byteLength + 4, clip.byteLength + 8)).toBe('free');
});

test('two readings give the same bytes', async () => {
  const [one, two] = [await collect(recordingBytes()), await collect(recordingBytes())];
  expect(one.equals(two)).toBe(true);
});

test.each([
  [100, 100, 0],
  [100, 50, 0],
  [100, 101, 8],
  [100, 108, 8],
  [100, 109, 9],
])('a clip of %d bytes that must be %d gets a free box of %d', (clip, atLeast, padding) => {
  expect(paddingBytes(clip, atLeast)).toBe(padding);
});

test('a file that is long enough is left alone', async () => {
  expect((await collect(recordingBytes(1))).equals(await readFile(CLIP_FILE))).toBe(true);
});
