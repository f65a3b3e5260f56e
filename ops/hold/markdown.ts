import type { Operator } from '../../app/ledger/facts';
import { describeOperator, section } from '../erase/markdown';
import type { ReleaseReceipt } from './receipt';

const by = (operator: Operator | undefined): string =>
  operator === undefined ? 'unknown' : describeOperator(operator);

/** A receipt as Markdown. */
export function releaseMarkdown(receipt: ReleaseReceipt, sha256: string): string {
  const { conversation, ticket, held, heldBy, released, releasedBy, copies, keptFor, start } = receipt;
  return `${[
    `# Release of ${conversation}`,
    '',
    `- Ticket: ${ticket}`,
    `- Held: ${held}, by ${by(heldBy)}`,
    `- Released: ${released}, by ${by(releasedBy)}`,
    `- Copies: ${keptFor.length === 0 ? 'deleted' : `kept for the tickets ${keptFor.join(', ')}`}`,
    `- Start: ${start}`,
    `- SHA-256 of the receipt: ${sha256}`,
    ...section(
      'Versions',
      ['Key', 'Version', 'Bytes', 'Same by', 'The copy is', 'Original'],
      copies.map(({ key, versionId, bytes, checksum, found, original }) => [
        key,
        versionId,
        String(bytes),
        checksum,
        found,
        original,
      ]),
    ),
  ].join('\n')}\n`;
}
