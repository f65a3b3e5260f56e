import { randomUUID } from 'node:crypto';
import { odata, TableClient, type TransactionAction } from '@azure/data-tables';
import { AzureCliCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import * as z from 'zod';
import { defined } from '../../contract/defined';
import type { LedgerLocation } from '../../contract/ledger-url';
import { checkChanges, checkKey, endOfPrefix, rowText } from './keys';
import { persist, startBudget, type Budget } from './persist';
import { DEFAULT_BUDGET_MS, type Change, type KeyRange, type Row, type RowValue, type Store } from './store';
import { checkBatchAnswer, failure, judgeFailure, statusOf } from './table-failure';

/** Azure's own limit of a page (documented, read 2026-11-28). */
const PAGE_ROWS = 1_000;

/** As whom a table is reached: the backend as its managed identity, an operator as who ran `az login`. */
export type TableIdentity =
  { readonly kind: 'managed'; readonly clientId: string | undefined } | { readonly kind: 'operator' };

/** The Azure CLI takes seconds to give a token, and an operator has them. */
const BUDGET_MS = { managed: DEFAULT_BUDGET_MS, operator: 30_000 } as const;

/** Both packages are loaded with this file, and take as long as the rest of the backend: import it when it is needed. */
export function openTable(place: Extract<LedgerLocation, { kind: 'table' }>, identity: TableIdentity): Store {
  const client = new TableClient(place.endpoint, place.table, credentialOf(identity), {
    // What is retried, and for how long, is decided here.
    retryOptions: { maxRetries: 0 },
  });
  return new TableStore(client, () => startBudget(BUDGET_MS[identity.kind]));
}

const SCOPE = 'https://storage.azure.com/.default';
const CLAIMS = z.object({ oid: z.string() });

/** Object id in Entra of whoever reaches tables so. Undefined: the token names none. */
export async function objectIdOf(identity: TableIdentity): Promise<string | undefined> {
  const token = await credentialOf(identity).getToken(SCOPE);
  const [, claims = ''] = token?.token.split('.') ?? [];
  const text = Buffer.from(claims, 'base64url').toString();
  return CLAIMS.safeParse(JSON.parse(text || '{}')).data?.oid;
}

function credentialOf(identity: TableIdentity): TokenCredential {
  if (identity.kind === 'operator') return new AzureCliCredential();
  const { clientId } = identity;
  return new ManagedIdentityCredential({ ...defined({ clientId }), retryOptions: { maxRetries: 0 } });
}

/** A row as Azure has it: its value as text, and a mark by which whoever wrote it knows it again. */
const ENTITY = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  etag: z.string(),
  value: z.string(),
  w: z.string(),
});
type Entity = z.output<typeof ENTITY>;

function toRow({ partitionKey, rowKey, value, etag }: Entity): Row {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only objects are written
  return { partition: partitionKey, key: rowKey, value: JSON.parse(value) as RowValue, etag };
}

/** A batch with the mark of its rows: the same at each try, and of no other batch. */
interface Batch {
  readonly partition: string;
  readonly w: string;
  readonly changes: readonly Change[];
}

function toEntity(
  { partition, w }: Batch,
  change: Exclude<Change, { kind: 'delete' }>,
): Omit<Entity, 'etag'> {
  return { partitionKey: partition, rowKey: change.key, value: rowText(change.value), w };
}

/** As part of a transaction; the SDK knows no ETag of a delete there. */
function toAction(batch: Batch, change: Change): TransactionAction {
  if (change.kind === 'delete') return ['delete', { partitionKey: batch.partition, rowKey: change.key }];
  const entity = toEntity(batch, change);
  return change.kind === 'insert' ? ['create', entity] : ['update', entity, 'Replace', { etag: change.etag }];
}

class TableStore implements Store {
  readonly #client: TableClient;
  readonly #budget: () => Budget;

  constructor(client: TableClient, budget: () => Budget) {
    this.#client = client;
    this.#budget = budget;
  }

  async write(partition: string, changes: readonly Change[]): Promise<'written' | 'conflict'> {
    checkChanges(partition, changes);
    const budget = this.#budget();
    const w = randomUUID();
    let left = changes;
    let mayBeMade = false;
    while (left.length > 0) {
      const batch = { partition, w, changes: left };
      const sent = await this.#send(budget, batch, () => (mayBeMade = true));
      if (sent === 'written') return sent;
      if (mayBeMade && (await this.#isMade(budget, batch))) return 'written';
      if (sent === 'conflict') return sent;
      const rest = await this.#withoutMissing(budget, batch);
      if (rest === undefined) return 'conflict';
      left = rest;
    }
    return 'written';
  }

  async get(partition: string, key: string): Promise<Row | undefined> {
    checkKey('partition', partition);
    checkKey('key', key);
    const entity = await this.#entity(this.#budget(), partition, key);
    return entity === undefined ? undefined : toRow(entity);
  }

  rows(partition: string, { from, to, limit }: KeyRange = {}): AsyncIterable<readonly Row[]> {
    checkKey('partition', partition);
    return this.#rows(
      [
        odata`PartitionKey eq ${partition}`,
        ...(from === undefined ? [] : [odata`RowKey ge ${from}`]),
        ...(to === undefined ? [] : [odata`RowKey lt ${to}`]),
      ],
      limit,
    );
  }

  partitions(prefix: string): AsyncIterable<readonly Row[]> {
    const end = endOfPrefix(prefix);
    return this.#rows(
      end === undefined ? [] : [odata`PartitionKey ge ${prefix}`, odata`PartitionKey lt ${end}`],
    );
  }

  within(ms: number): Store {
    const budget = startBudget(ms);
    return new TableStore(this.#client, () => budget);
  }

  async close(): Promise<void> {
    // Its connections are Node's own, and end with the process.
  }

  async #send(
    budget: Budget,
    batch: Batch,
    onRetry: () => void,
  ): Promise<'written' | 'conflict' | 'missing'> {
    try {
      await persist(budget, {
        judge: judgeFailure,
        onRetry,
        once: (abortSignal) => this.#sendOnce(batch, { abortSignal }),
      });
      return 'written';
    } catch (error) {
      const status = statusOf(error);
      if (status === 409 || status === 412) return 'conflict';
      // Of an insert nothing can be missing but the table.
      if (status === 404 && batch.changes.some(({ kind }) => kind !== 'insert')) return 'missing';
      throw failure(error, budget);
    }
  }

  async #sendOnce(batch: Batch, options: { readonly abortSignal: AbortSignal }): Promise<void> {
    const { changes, partition } = batch;
    const [first] = changes;
    if (first === undefined || changes.length > 1) {
      const actions = changes.map((change) => toAction(batch, change));
      const { subResponses } = await this.#client.submitTransaction(actions, options);
      checkBatchAnswer(
        subResponses.map(({ status }) => status),
        actions.length,
      );
    } else if (first.kind === 'insert') {
      await this.#client.createEntity(toEntity(batch, first), options);
    } else if (first.kind === 'replace') {
      await this.#client.updateEntity(toEntity(batch, first), 'Replace', { ...options, etag: first.etag });
    } else {
      await this.#client.deleteEntity(partition, first.key, defined({ ...options, etag: first.etag }));
    }
  }

  /**
   * Whether an earlier try, whose answer was lost, has made a batch. A batch that only deletes leaves no mark: it counts as
   * made when nothing of it is there any more.
   */
  async #isMade(budget: Budget, { partition, w, changes }: Batch): Promise<boolean> {
    const marked = changes.find(({ kind }) => kind !== 'delete');
    if (marked !== undefined) return (await this.#entity(budget, partition, marked.key))?.w === w;
    return (await this.#there(budget, partition, changes)).size === 0;
  }

  /** The changes without the deletes that have nothing to delete; undefined: a row is missing that must be there. */
  async #withoutMissing(
    budget: Budget,
    { partition, changes }: Batch,
  ): Promise<Batch['changes'] | undefined> {
    const old = changes.filter(({ kind }) => kind !== 'insert');
    const there = await this.#there(budget, partition, old);
    const isNeeded = (change: Change): boolean => change.kind !== 'insert' && change.etag !== undefined;
    if (old.some((change) => isNeeded(change) && !there.has(change.key))) return undefined;
    return changes.filter(({ kind, key }) => kind === 'insert' || there.has(key));
  }

  /** Keys of the rows that are there. */
  async #there(budget: Budget, partition: string, changes: readonly Change[]): Promise<ReadonlySet<string>> {
    const entities = await Promise.all(changes.map(({ key }) => this.#entity(budget, partition, key)));
    return new Set(entities.flatMap((entity) => entity?.rowKey ?? []));
  }

  /** Asks for a page and not for the row: only so a missing row is told from a missing table. */
  async #entity(budget: Budget, partition: string, key: string): Promise<Entity | undefined> {
    const filters = [odata`PartitionKey eq ${partition}`, odata`RowKey eq ${key}`];
    for await (const [entity] of this.#pages(filters, () => budget)) return entity;
    return undefined;
  }

  async *#rows(filters: readonly string[], limit = Infinity): AsyncGenerator<readonly Row[]> {
    let left = limit;
    for await (const page of this.#pages(filters, this.#budget, Math.min(PAGE_ROWS, limit))) {
      yield page.slice(0, left).map(toRow);
      left -= page.length;
      if (left <= 0) return;
    }
  }

  /** The pages of a query without the empty ones: Azure may send such, and go on behind them. */
  async *#pages(
    filters: readonly string[],
    budgetOfPage: () => Budget,
    maxPageSize = PAGE_ROWS,
  ): AsyncGenerator<readonly Entity[]> {
    const queryOptions = filters.length === 0 ? {} : { filter: filters.join(' and ') };
    let continuationToken: string | undefined;
    do {
      const from = defined({ continuationToken, maxPageSize });
      const budget = budgetOfPage();
      const page = await persist(budget, {
        judge: judgeFailure,
        once: async (abortSignal) => {
          const pages = this.#client.listEntities({ queryOptions, abortSignal }).byPage(from);
          const { value } = await pages.next();
          return { entities: z.array(ENTITY).parse([...value]), next: value.continuationToken };
        },
      }).catch((error: unknown) => {
        throw failure(error, budget);
      });
      continuationToken = page.next;
      if (page.entities.length > 0) yield page.entities;
    } while (continuationToken !== undefined);
  }
}
