import { randomBytes } from 'node:crypto';

const ID_BYTES = 16;
/** Random bytes are fetched in batches: a system call per id costs more than everything else done with it. */
const IDS_AT_ONCE = 64;

let random = Buffer.alloc(0);

/** A new start id, 128 random bits as hex. Made before the create call, because the callback address contains it. */
export function newStartId(): string {
  if (random.length === 0) random = randomBytes(ID_BYTES * IDS_AT_ONCE);
  const id = random.subarray(0, ID_BYTES);
  random = random.subarray(ID_BYTES);
  return id.toString('hex');
}

/** Whether a text has the form of a start id. */
export function isStartId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
