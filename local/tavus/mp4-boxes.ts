/** One top-level box of an MP4 file. */
export interface Box {
  readonly type: string;
  readonly offset: number;
  readonly size: number;
}

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

/**
 * Walks the top-level boxes of an MP4 file to its exact end.
 *
 * @throws when a box is shorter than its header or reaches beyond the end.
 * @see ISO/IEC 14496-12, section 4.2: size 1 = a 64-bit size follows, size 0 = to the end of the file.
 */
export function walkBoxes(file: Uint8Array): Box[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const boxes: Box[] = [];
  for (let offset = 0; offset < file.byteLength;) {
    const left = file.byteLength - offset;
    if (left < HEADER_BYTES) throw new Error(`MP4: ${left} stray bytes at ${offset}, no box header.`);
    const type = String.fromCharCode(...file.subarray(offset + 4, offset + HEADER_BYTES));
    const size = boxSize(view, offset, left);
    if (size < HEADER_BYTES || size > left) {
      throw new Error(`MP4: box ${type} at ${offset} says ${size} bytes, ${left} are left.`);
    }
    boxes.push({ type, offset, size });
    offset += size;
  }
  return boxes;
}

function boxSize(view: DataView, offset: number, left: number): number {
  const size = view.getUint32(offset);
  if (size === 0) return left;
  if (size !== 1) return size;
  return left < LONG_HEADER_BYTES ? left + 1 : Number(view.getBigUint64(offset + HEADER_BYTES));
}

/** Header of a `free` box of `size` bytes in all. Players skip it, whatever it holds. */
export function freeBoxHeader(size: number): Uint8Array {
  if (size < HEADER_BYTES || size >= 2 ** 32) throw new RangeError(`MP4: no free box of ${size} bytes.`);
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, size);
  header.set(Buffer.from('free', 'latin1'), 4);
  return header;
}
