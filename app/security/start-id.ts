import { randomBytes } from 'node:crypto';

const ID_BYTES = 16;
/** Asking the system each time costs more than all else that is done with an id. */
const IDS_AT_ONCE = 64;

let random = Buffer.alloc(0);

/** A start's own name, 128 random bits as hex: made before Tavus is asked, because the callback address carries it. */
export function newStartId(): string {
  if (random.length === 0) random = randomBytes(ID_BYTES * IDS_AT_ONCE);
  const id = random.subarray(0, ID_BYTES);
  random = random.subarray(ID_BYTES);
  return id.toString('hex');
}

/** Whether a text has a start id's form. */
export function isStartId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
