import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A test video: 4.2 s, 640x360, a moving disc, a clock and a rising tone.
 *
 * This project made it on 23 Nov 2026 with Chromium 147: a canvas, a WebAudio tone, and MediaRecorder with
 * `video/mp4;codecs=avc1.42E01E,opus` (fragmented MP4). The vendor's files have AAC audio, which that Chromium
 * cannot encode.
 */
export const CLIP_FILE = join(__dirname, 'clip.mp4');

/** Enough for three parts of a multipart upload: two of S3's minimum size (5 MiB) and a shorter last part. */
const RECORDING_BYTES = 12 * 1024 * 1024;

const CHUNK_BYTES = 256 * 1024;

/** The box's size and type, 4 bytes each. */
const BOX_HEADER_BYTES = 8;

/** Yields the clip and one `free` box as padding: a playable MP4 that is large enough for a multipart upload. */
export async function* recordingBytes(): AsyncGenerator<Uint8Array> {
  const clip = await readFile(CLIP_FILE);
  yield clip;
  const padding = RECORDING_BYTES - clip.byteLength;
  const header = Buffer.alloc(BOX_HEADER_BYTES);
  header.writeUInt32BE(padding);
  header.write('free', 4, 'latin1');
  yield header;
  const zeros = new Uint8Array(CHUNK_BYTES);
  for (let left = padding - header.byteLength; left > 0; left -= CHUNK_BYTES) {
    yield left < CHUNK_BYTES ? zeros.subarray(0, left) : zeros;
  }
}
