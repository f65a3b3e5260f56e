import type { Operator, Remainder } from '../../app/ledger/facts';
import { timeWords } from '../../app/ledger/fact-words';
import { visible } from '../../contract/text-encoding';
import type { StoredObject } from '../aws/stored-objects';
import { markdownTable } from '../markdown-table';
import { isOtherKey } from './ledger-key';
import type { ErasurePlan } from './plan';
import type { ErasureReceipt } from './receipt';

/** Escapes vertical bars, which end a cell. */
const cell = (text: string): string => visible(text).replaceAll('|', String.raw`\|`);

export const section = (
  title: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string[] =>
  rows.length === 0
    ? []
    : [
        '',
        `## ${title}`,
        '',
        markdownTable(
          headings,
          rows.map((row) => row.map(cell)),
        ),
      ];

const remainderRows = (remains: readonly Remainder[]): readonly (readonly string[])[] =>
  remains.map(({ what, where, until }) => [what, where, until]);

export const describeOperator = ({ aws, entra }: Operator): string =>
  `${aws ?? 'no AWS caller: AWS was not asked'}; in Entra: ${entra ?? 'none: the ledger is a file'}`;

/** A receipt as Markdown. */
export function receiptMarkdown(receipt: ErasureReceipt, sha256: string): string {
  const { conversation, start, status, finish, place, tavus } = receipt;
  const isFinal = status === 'final';
  return `${[
    `# Erasure of ${conversation ?? `start ${start}`}`,
    '',
    `- Status: ${isFinal ? `final since ${finish}` : `provisional. New objects can arrive until ${finish}; then \`npx recordings erase ${conversation ?? start} --finish\` makes it final`}`,
    `- Ticket: ${receipt.ticket}`,
    `- Begun: ${receipt.begun}`,
    ...receipt.principals.map((one) => `- By: ${describeOperator(one)}`),
    `- Bucket: ${place === undefined ? 'none' : `${place.bucket} (${place.region}, account ${place.account})`}`,
    `- Empty listings: ${receipt.emptyListings.join(', ') || 'none: there was no bucket to list'}`,
    `- Tavus: ${tavus === undefined ? 'made no conversation' : `answered ${tavus.answered} at ${tavus.at}: ${tavus.meaning}`}`,
    `- Rows about persons in the ledger: ${receipt.rowsAboutPersons.map(({ at, deleted }) => `${deleted} deleted at ${at}`).join(', ')}`,
    `- Start: ${start}`,
    `- SHA-256 of the receipt: ${sha256}`,
    ...section(
      'Deleted',
      ['What', 'Key', 'Version or upload', 'Bytes', 'Written'],
      receipt.deleted.map(({ what, key, id, bytes, written }) => [what, key, id, String(bytes), written]),
    ),
    ...section('What remains', ['What', 'Where', 'Until'], remainderRows(receipt.remains)),
  ].join('\n')}\n`;
}

const objectRow = (one: StoredObject, locked: ErasurePlan['locked']): readonly string[] => [
  one.what,
  one.key,
  one.id,
  String(one.bytes),
  timeWords(one.modifiedMs),
  [
    ...(isOtherKey(one.key) ? ["no recording's key"] : []),
    ...locked.filter(({ object }) => object === one).map(({ until }) => until),
  ].join('; '),
];

/** The result of --dry-run as Markdown. */
export function planMarkdown(id: string, seen: ErasurePlan): string {
  const { objects, locked, holds, problems, isRunning, tavus, personRows, remains } = seen;
  return `${[
    `# What \`recordings erase ${id}\` would do`,
    '',
    `- The call: ${isRunning ? 'may still be running, and is ended first' : 'is over'}`,
    `- Holds: ${holds.length === 0 ? 'none' : `tickets ${holds.join(', ')}`}`,
    `- Tavus: ${tavus}; its copy is deleted by \`?hard=true\`, and what that covers is Tavus's word`,
    `- Rows about persons in the ledger: ${personRows}`,
    `- Objects in the bucket: ${objects.length}`,
    ...section(
      'Would be deleted',
      ['What', 'Key', 'Version or upload', 'Bytes', 'Written', 'Note'],
      objects.map((one) => objectRow(one, locked)),
    ),
    ...section('Would remain', ['What', 'Where', 'Until'], remainderRows(remains)),
    '',
    ...(problems.length === 0
      ? ['Nothing prevents it.']
      : ['## It would be refused', '', ...problems.map((one) => `- ${visible(one)}`)]),
  ].join('\n')}\n`;
}
