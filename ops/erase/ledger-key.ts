import { sha256 } from '../../app/ledger/receipts';
import { RECORDING_KEY } from '../../contract/vendor-facts';

/** Whether a key below a conversation is not the key of a recording. */
export const isOtherKey = (key: string): boolean => !RECORDING_KEY.test(key);

/** The key for ledger and receipts. Other keys are hashed, because they may contain personal data. */
export const ledgerKey = (key: string, prefix: string): string =>
  isOtherKey(key) ? `${prefix}sha256-${sha256(key)}` : key;
