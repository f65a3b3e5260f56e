import { inspect, type Inspection } from '../../../app/recordings/inspect';
import { recordingBytes } from '../../../local/tavus/recording-bytes';
import { CLIP, CLIP_SEC, movie, type IndexPosition } from './media';

/** Inspects bytes as from S3, and counts the requests. */
async function inspected(
  bytes: Uint8Array,
  limits?: { readonly requests: number; readonly bytes: number },
): Promise<{ readonly found: Inspection; readonly requests: number; readonly read: number }> {
  let requests = 0;
  let read = 0;
  const file = {
    bytes: bytes.byteLength,
    read: async (from: number, to: number): Promise<Uint8Array> => {
      if (from < 0 || to > bytes.byteLength || from >= to) throw new Error(`No such range: ${from}-${to}`);
      requests += 1;
      read += to - from;
      return bytes.slice(from, to);
    },
  };
  const found = await inspect(file, limits);
  return { found, requests, read };
}

const foundIn = async (bytes: Uint8Array): Promise<Inspection> => (await inspected(bytes)).found;
const cut = (bytes: Uint8Array, share: number): Uint8Array => bytes.subarray(0, bytes.byteLength * share);

const TIMES = 15;
const INDEX_POSITIONS: readonly IndexPosition[] = ['front', 'back', 'fragments'];
const movies = new Map<IndexPosition, Uint8Array>();
beforeAll(async () => {
  for (const position of INDEX_POSITIONS) movies.set(position, await movie(TIMES, position));
});
const movieWith = (position: IndexPosition): Uint8Array => movies.get(position) ?? new Uint8Array();

test.each(INDEX_POSITIONS)(
  'an MP4 with its index in %s is playable, with its duration and tracks',
  async (position) => {
    const found = await foundIn(movieWith(position));
    expect(found).toMatchObject({ kind: 'playable', hasVideo: true, hasAudio: true });
    expect(found).toHaveProperty('durationSec', expect.closeTo(TIMES * CLIP_SEC, 1));
  },
);

test('a recording of the simulator is playable', async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of recordingBytes()) chunks.push(chunk);
  expect(await foundIn(Buffer.concat(chunks))).toMatchObject({ kind: 'playable', hasVideo: true });
});

test.each(
  INDEX_POSITIONS.flatMap((position) =>
    [0.01, 0.1, 0.5, 0.9, 0.999].map((share) => [position, share] as const),
  ),
)('an MP4 with its index in %s, truncated to a share of %d, is cut off', async (position, share) => {
  expect(await foundIn(cut(movieWith(position), share))).toEqual({ kind: 'partial', why: 'cut-off' });
});

test('samples beyond the end of the file are detected although the boxes are valid', async () => {
  const whole = movieWith('front');
  const half = new Uint8Array(cut(whole, 0.5));
  // The media box ends here.
  const at = Buffer.from(half).indexOf('mdat') - 4;
  new DataView(half.buffer).setUint32(at, half.byteLength - at);
  expect(await foundIn(half)).toEqual({ kind: 'partial', why: 'cut-off' });
});

test.each([
  ['nothing at all', new Uint8Array(), 'empty'],
  ['a few bytes', new Uint8Array(5), 'no-media'],
  ['zeros', new Uint8Array(100_000), 'no-media'],
  ['a page', new TextEncoder().encode('<html>not here</html>'.repeat(1000)), 'no-media'],
])('%s is not playable', async (_what, bytes, why) => {
  expect(await foundIn(bytes)).toEqual({ kind: 'not-playable', why });
});

test('an MP4 without a track is not playable', async () => {
  const box = (type: string, bytes: number): Buffer => {
    const made = Buffer.alloc(bytes);
    made.writeUInt32BE(bytes);
    made.write(type, 4, 'latin1');
    return made;
  };
  const type = CLIP.subarray(0, 36);
  const bytes = Buffer.concat([type, box('moov', 8), box('mdat', 1000)]);
  expect(await foundIn(bytes)).toEqual({ kind: 'not-playable', why: 'no-track' });
});

test.each(INDEX_POSITIONS)('an MP4 with its index in %s is read with few requests', async (position) => {
  const { requests, read } = await inspected(movieWith(position));
  expect(requests).toBeLessThanOrEqual(8);
  expect(read).toBeLessThan(movieWith(position).byteLength / 4);
});

test('a file that would need too many requests is reported with tracks and without duration', async () => {
  const { found, requests } = await inspected(movieWith('fragments'), { requests: 5, bytes: 1e6 });
  expect(found).toEqual({ kind: 'playable', hasVideo: true, hasAudio: true });
  expect(requests).toBe(5);
});

test.each([0, 1, 2, 3])(
  'a failed request is no fault of the file: after %d successful ones',
  async (most) => {
    let left = most;
    const bytes = movieWith('back');
    const broken = inspect({
      bytes: bytes.byteLength,
      read: async (from, to) => {
        if (left === 0) throw new Error('The network is gone.');
        left -= 1;
        return bytes.slice(from, to);
      },
    });
    await expect(broken).rejects.toThrow('The network is gone.');
  },
);
