import type { Receipt } from '../app/ledger/receipts';
import type { ErasureReceipt } from './erase/receipt';
import { receiptMarkdown } from './erase/markdown';
import type { ReleaseReceipt } from './hold/receipt';
import { releaseMarkdown } from './hold/markdown';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the ledger keeps only these two kinds
export const readReceipt = ({ text }: Receipt): ErasureReceipt | ReleaseReceipt => JSON.parse(text);

/** A receipt from the ledger, as Markdown. */
export function receiptText(receipt: Receipt): string {
  const one = readReceipt(receipt);
  return one.receipt === 'erasure'
    ? receiptMarkdown(one, receipt.sha256)
    : releaseMarkdown(one, receipt.sha256);
}
