import { randomBytes } from 'node:crypto';

const ID_BYTES = 16;

/** A start's own name, 128 random bits as hex: made before Tavus is asked, because the callback address carries it. */
export const newStartId = (): string => randomBytes(ID_BYTES).toString('hex');

/** Whether a text has a start id's form. */
export function isStartId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
