import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The recorded scene: 4.2 s, 640x360, a moving disc, a clock and a rising tone.
 *
 * Made once, on 23 Nov 2026, by this project: Chromium 147 drew on a canvas, WebAudio gave the tone, and
 * MediaRecorder wrote both as `video/mp4;codecs=avc1.42E01E,opus` (fragmented MP4; that build has no AAC
 * encoder, the vendor's files carry AAC). It was then played to its end in the same browser.
 */
export const CLIP_FILE = join(__dirname, 'clip.mp4');

/** Enough for three parts: two of the smallest size S3 takes (5 MiB), and a shorter last one. */
const RECORDING_BYTES = 12 * 1024 * 1024;

const CHUNK_BYTES = 256 * 1024;

/** Size and type. */
const BOX_HEADER_BYTES = 8;

/** The clip and one `free` box behind it, chunk by chunk: a playable MP4 that is big enough for multipart. */
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
