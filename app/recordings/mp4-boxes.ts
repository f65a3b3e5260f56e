import type { RangedBytes } from './ranged-bytes';

/** Size and type; a size above 4 GB follows them. */
const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

/** A recording has about five. A fragmented one has thousands, and each costs a request. */
const MOST_BOXES = 8;

interface Box {
  readonly type: string;
  readonly bytes: number;
}

async function boxAt(file: RangedBytes, at: number): Promise<Box> {
  const bytes = await file.read(at, Math.min(file.size, at + LONG_HEADER_BYTES));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0);
  const type = String.fromCharCode(...bytes.subarray(4, HEADER_BYTES));
  // 0: up to the end of the file. 1: the size follows.
  if (size === 0) return { type, bytes: file.size - at };
  if (size > 1) return { type, bytes: size };
  return { type, bytes: bytes.byteLength < LONG_HEADER_BYTES ? Infinity : Number(view.getBigUint64(8)) };
}

/**
 * Whether the end of an MP4 file is missing: a top-level box extends past the file's end, or there is no index. Only checks
 * the first boxes of a file with many.
 */
export async function isCutOff(file: RangedBytes): Promise<boolean> {
  let hasIndex = false;
  let at = 0;
  for (let count = 0; at < file.size; count += 1) {
    if (count === MOST_BOXES) return false;
    if (at + HEADER_BYTES > file.size) return true;
    const { type, bytes } = await boxAt(file, at);
    if (bytes < HEADER_BYTES) return false;
    hasIndex ||= type === 'moov';
    at += bytes;
  }
  return at > file.size || !hasIndex;
}
