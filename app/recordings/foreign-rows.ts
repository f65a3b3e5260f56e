import * as z from 'zod';
import { ACKNOWLEDGED, FOREIGN, objectRowKey, objectRows } from '../ledger/rows';
import { MOST_CHANGES, readAll, type Change, type LedgerRow, type Store } from '../ledger/store';

/** An object that no start made. `probe`: Daily's test upload. */
const foreignObject = z.object({
  key: z.string(),
  /** `outside`: not below `tavus/<id>/`. `conversation`: below a conversation that no start made. */
  kind: z.enum(['probe', 'outside', 'conversation']),
  bytes: z.number(),
  /** Epoch ms by S3's clock. */
  modifiedMs: z.number(),
});
export type ForeignObject = z.output<typeof foreignObject>;

export const FOREIGN_REASONS: Readonly<Record<ForeignObject['kind'], string>> = {
  probe: 'Daily uploads it to test write access. It is harmless.',
  outside: 'Its key is not below a conversation, so it is not a Tavus recording.',
  conversation: 'No start in this ledger created the conversation that it belongs to.',
};

const knownForeign = foreignObject.extend({
  /** When it was first found. */
  firstMs: z.number(),
  /** When the watch alerted an operator. */
  toldMs: z.number().optional(),
  /** When a person acknowledged it. */
  acknowledgedMs: z.number().optional(),
  /** It was in the bucket before the bucket was adopted. */
  wasThereBefore: z.literal(true).optional(),
});
/** A foreign object with the ETag of its row. */
export type KnownForeign = z.output<typeof knownForeign> & Pick<LedgerRow, 'etag'>;

const readForeign = ({ value, etag }: LedgerRow): readonly KnownForeign[] => {
  const { data } = knownForeign.safeParse(value);
  return data === undefined ? [] : [{ ...data, etag }];
};

const compareKeys = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Foreign objects in the ledger, one row each. */
export class ForeignRows {
  readonly #store: Store;
  readonly #prefixes: readonly string[];
  #isEmpty: boolean;

  private constructor(store: Store, prefixes: readonly string[], isEmpty: boolean) {
    this.#store = store;
    this.#prefixes = prefixes;
    this.#isEmpty = isEmpty;
  }

  static async read(store: Store): Promise<ForeignRows> {
    const [prefixes, some] = await Promise.all([
      readAll(store, ACKNOWLEDGED),
      readAll(store, FOREIGN, { limit: 1 }),
    ]);
    const texts = prefixes.map(({ value }) => value['prefix']).filter((one) => typeof one === 'string');
    return new ForeignRows(store, texts, some.length === 0);
  }

  /** Whether a person has acknowledged a prefix of this key. */
  isBelowAcknowledged(key: string): boolean {
    return this.#prefixes.some((prefix) => key.startsWith(prefix));
  }

  /**
   * Rows of objects after one key, up to another (inclusive). @param after undefined: from the first @param upTo undefined:
   * to the last
   */
  async between(after: string | undefined, upTo: string | undefined): Promise<readonly KnownForeign[]> {
    if (this.#isEmpty) return [];
    const rows = await readAll(this.#store, FOREIGN, objectRows(after, upTo));
    return rows
      .flatMap(readForeign)
      .filter(({ key }) => after === undefined || compareKeys(key, after) > 0)
      .filter(({ key }) => upTo === undefined || compareKeys(key, upTo) <= 0);
  }

  /** All rows, in pages. */
  async *all(): AsyncGenerator<readonly KnownForeign[]> {
    for await (const rows of this.#store.rows(FOREIGN)) yield rows.flatMap(readForeign);
  }

  async get(key: string): Promise<KnownForeign | undefined> {
    const row = await this.#store.get(FOREIGN, objectRowKey(key));
    return row && readForeign(row)[0];
  }

  async add(objects: readonly ForeignObject[], nowMs: number): Promise<void> {
    if (objects.length > 0) this.#isEmpty = false;
    await this.#write(
      objects.map((one) => ({
        kind: 'insert',
        key: objectRowKey(one.key),
        value: { ...one, firstMs: nowMs },
      })),
    );
  }

  async forget(rows: readonly KnownForeign[]): Promise<void> {
    await this.#write(rows.map(({ key }) => ({ kind: 'delete', key: objectRowKey(key) })));
  }

  /** Updates rows; skips those that were changed or deleted meanwhile. */
  async change(
    rows: readonly KnownForeign[],
    addition: Partial<Pick<KnownForeign, 'acknowledgedMs' | 'toldMs' | 'wasThereBefore'>>,
  ): Promise<void> {
    await this.#write(
      rows.map(({ etag, ...one }) => ({
        kind: 'replace',
        key: objectRowKey(one.key),
        value: { ...one, ...addition },
        etag,
      })),
    );
  }

  /** Acknowledges everything below a prefix, now and in future. */
  async acknowledgePrefix(prefix: string, nowMs: number): Promise<void> {
    await this.#store.write(ACKNOWLEDGED, [
      { kind: 'insert', key: objectRowKey(prefix), value: { prefix, acknowledgedMs: nowMs } },
    ]);
  }

  async #write(changes: readonly Change[]): Promise<void> {
    for (let from = 0; from < changes.length; from += MOST_CHANGES) {
      const batch = changes.slice(from, from + MOST_CHANGES);
      if ((await this.#store.write(FOREIGN, batch)) === 'written') continue;
      // Another process has changed some of them, so each is written singly.
      for (const one of batch) await this.#store.write(FOREIGN, [one]);
    }
  }
}
