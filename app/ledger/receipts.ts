import { createHash } from 'node:crypto';
import * as z from 'zod';
import { readAll, type Change, type LedgerRow, type Store } from './store';

/*
 * Receipts of erasures and of released holds: texts that are kept longer than the facts. Each revision is inserted as new
 * rows; none is changed.
 */

export const RECEIPTS = 'receipt:';
const receiptPartition = (id: string): string => `${RECEIPTS}${id}`;

/** A row holds 30,000 characters; in JSON a quotation mark takes two. */
const PART_CHARS = 12_000;
const PARTS_AT_ONCE = 40;

const part = z.object({ at: z.number(), sha256: z.string(), parts: z.number(), text: z.string() });

export interface Receipt {
  /** `erasure`, or `release-<hold>`. */
  readonly of: string;
  /** Counted from 1. */
  readonly revision: number;
  /** When it was written, epoch ms. */
  readonly at: number;
  /** Hash of the text, as hex. */
  readonly sha256: string;
  readonly text: string;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const digits = (n: number): string => String(n).padStart(4, '0');
const keyOf = (of: string, revision: number, n: number): string => `${of}~${digits(revision)}~${digits(n)}`;

function readKey(key: string): { readonly of: string; readonly revision: number } {
  const [of = '', revision = ''] = key.split('~', 2);
  return { of, revision: Number(revision) };
}

/** The complete revisions, oldest first. Skips a revision whose writing was interrupted. */
function assemble(rows: readonly LedgerRow[]): readonly Receipt[] {
  const groups = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    const { of, revision } = readKey(row.key);
    const name = keyOf(of, revision, 0);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].flatMap(([name, group]) => {
    const parts = group.flatMap(({ value }) => part.safeParse(value).data ?? []);
    const [first] = parts;
    if (first === undefined || parts.length < first.parts) return [];
    const text = parts.map((one) => one.text).join('');
    return [{ ...readKey(name), at: first.at, sha256: first.sha256, text }];
  });
}

/** The newest revision of each receipt. @param id of the conversation, or of a start without one */
export async function receiptsOf(store: Store, id: string): Promise<readonly Receipt[]> {
  const all = assemble(await readAll(store, receiptPartition(id)));
  return [...new Map(all.map((one) => [one.of, one])).values()];
}

/** Writes a revision, unless the newest has the same text. @returns the newest */
export async function writeReceipt(
  store: Store,
  id: string,
  { of, at, text }: Pick<Receipt, 'at' | 'of' | 'text'>,
): Promise<Receipt> {
  const newest = (await receiptsOf(store, id)).find((one) => one.of === of);
  if (newest?.text === text) return newest;
  const parts = Array.from({ length: Math.ceil(text.length / PART_CHARS) }, (_, n) =>
    text.slice(n * PART_CHARS, (n + 1) * PART_CHARS),
  );
  const receipt = { of, at, text, sha256: sha256(text) };
  for (let revision = (newest?.revision ?? 0) + 1; ; revision += 1) {
    const inserts = parts.map((one, n): Change => {
      const value = { at, sha256: receipt.sha256, parts: parts.length, text: one };
      return { kind: 'insert', key: keyOf(of, revision, n), value };
    });
    const [first = [], ...rest] = Array.from({ length: Math.ceil(inserts.length / PARTS_AT_ONCE) }, (_, n) =>
      inserts.slice(n * PARTS_AT_ONCE, (n + 1) * PARTS_AT_ONCE),
    );
    // Another process wrote this revision, or its writing was interrupted.
    if ((await store.write(receiptPartition(id), first)) === 'conflict') continue;
    for (const batch of rest) await store.write(receiptPartition(id), batch);
    return { ...receipt, revision };
  }
}

/** Deletes the receipts of conversations whose newest one is older than a time. @param shouldContinue returns false to stop */
export async function forgetReceipts(
  store: Store,
  beforeMs: number,
  shouldContinue: () => boolean,
): Promise<void> {
  let own: LedgerRow[] = [];
  const forget = async (): Promise<void> => {
    const [first] = own;
    const newestMs = Math.max(0, ...own.map(({ value }) => Number(value['at'] ?? 0)));
    if (first === undefined || newestMs >= beforeMs) return;
    for (let from = 0; from < own.length; from += PARTS_AT_ONCE) {
      const some = own.slice(from, from + PARTS_AT_ONCE);
      await store.write(
        first.partition,
        some.map(({ key }) => ({ kind: 'delete', key })),
      );
    }
  };
  for await (const rows of store.partitions(RECEIPTS)) {
    for (const row of rows) {
      if (own[0] !== undefined && own[0].partition !== row.partition) {
        if (!shouldContinue()) return;
        await forget();
        own = [];
      }
      own.push(row);
    }
  }
  if (shouldContinue()) await forget();
}
