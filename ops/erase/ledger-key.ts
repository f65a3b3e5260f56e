import { sha256 } from '../../app/ledger/receipts';
import { RECORDING_KEY } from '../../contract/vendor-facts';

/** Whether a key below a conversation is none of a recording. */
export const isOtherKey = (key: string): boolean => !RECORDING_KEY.test(key);

/** A key as ledger and receipts have it: an odd one may hold words about a person. */
export const ledgerKey = (key: string, prefix: string): string =>
  isOtherKey(key) ? `${prefix}sha256-${sha256(key)}` : key;
