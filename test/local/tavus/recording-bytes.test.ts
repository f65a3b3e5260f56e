import { readFile } from 'node:fs/promises';
import { freeBoxHeader, walkBoxes } from '../../../local/tavus/mp4-boxes';
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

test('the clip is a small MP4 with picture and sound whose boxes end exactly where the file ends', async () => {
  const clip = await readFile(CLIP_FILE);
  expect(clip.byteLength).toBeLessThanOrEqual(400 * 1024);
  const boxes = walkBoxes(clip);
  expect(boxes[0]?.type).toBe('ftyp');
  expect(boxes.map(({ type }) => type)).toEqual(expect.arrayContaining(['moov', 'mdat']));
  expect(boxes.reduce((sum, { size }) => sum + size, 0)).toBe(clip.byteLength);
  for (const codec of ['avc1', 'Opus']) expect(clip.includes(codec)).toBe(true);
});

test('a recording is the clip and one free box, 12 MiB in all', async () => {
  const [clip, file] = [await readFile(CLIP_FILE), await collect(recordingBytes())];
  expect(file.byteLength).toBe(RECORDING_BYTES);
  expect(file.subarray(0, clip.byteLength).equals(clip)).toBe(true);
  const added = walkBoxes(file).slice(walkBoxes(clip).length);
  expect(added).toEqual([{ type: 'free', offset: clip.byteLength, size: RECORDING_BYTES - clip.byteLength }]);
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

const box = (size: number, type: string, rest = ''): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(size);
  return Buffer.concat([head, Buffer.from(type + rest)]);
};
const long = (size: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(size);
  return Buffer.concat([box(1, 'mdat'), bytes]);
};

test('walks 64-bit boxes and a last box that reaches to the end', () => {
  expect(walkBoxes(Buffer.concat([long(18n), Buffer.from('xx'), box(0, 'free', 'yyy')]))).toEqual([
    { type: 'mdat', offset: 0, size: 18 },
    { type: 'free', offset: 18, size: 11 },
  ]);
});

test.each([
  ['stray bytes', Buffer.concat([box(8, 'free'), Buffer.from('abc')]), 'stray'],
  ['a box beyond the end', box(9, 'free'), 'says 9 bytes, 8 are left'],
  ['a box shorter than its header', box(7, 'free'), 'says 7 bytes'],
  ['a 64-bit box beyond the end', long(17n), 'says 17 bytes'],
  ['a 64-bit box without its size', box(1, 'mdat'), 'mdat'],
])('refuses %s', (_name, file, text) => {
  expect(() => walkBoxes(file)).toThrow(text);
});

test('refuses a free box that cannot be', () => {
  expect(() => freeBoxHeader(7)).toThrow(RangeError);
  expect(() => freeBoxHeader(2 ** 32)).toThrow(RangeError);
});
