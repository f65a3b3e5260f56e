import { randomUUID } from 'node:crypto';
import { odata, TableClient, type TransactionAction } from '@azure/data-tables';
import { AzureCliCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import * as z from 'zod';
import { defined } from '../../contract/defined';
import type { LedgerLocation } from '../../contract/ledger-url';
import { checkChanges, checkKey, endOfPrefix, rowText } from './keys';
import { withRetries, startBudget, type Budget } from './with-retries';
import {
  DEFAULT_BUDGET_MS,
  type Change,
  type KeyRange,
  type LedgerRow,
  type RowValue,
  type Store,
} from './store';
import { checkBatchAnswer, failure, judgeFailure, statusOf } from './table-failure';

/** Azure's page limit (documented, read 2026-11-28). */
const PAGE_ROWS = 1_000;

/** The identity that opens a table: the backend's managed identity, or an operator's `az login`. */
export type TableIdentity =
  { readonly kind: 'managed'; readonly clientId: string | undefined } | { readonly kind: 'operator' };

/** Longer for operators, because the Azure CLI takes seconds to return a token. */
const BUDGET_MS = { managed: DEFAULT_BUDGET_MS, operator: 30_000 } as const;

/** Opens a table. Import this file lazily: its two packages take as long to load as the rest of the backend. */
export function openTable(
  location: Extract<LedgerLocation, { kind: 'table' }>,
  identity: TableIdentity,
): Store {
  const client = new TableClient(location.endpoint, location.table, credentialOf(identity), {
    // We retry ourselves.
    retryOptions: { maxRetries: 0 },
  });
  return new TableStore(client, () => startBudget(BUDGET_MS[identity.kind]));
}

const SCOPE = 'https://storage.azure.com/.default';
const CLAIMS = z.object({ oid: z.string() });

/** Object id in Entra of an identity. Undefined: the token has none. */
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

/** A row in Azure: its value as text, and `w`, a marker of the write that made it. */
const ENTITY = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  etag: z.string(),
  value: z.string(),
  w: z.string(),
});
type Entity = z.output<typeof ENTITY>;

function toRow({ partitionKey, rowKey, value, etag }: Entity): LedgerRow {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only objects are written
  return { partition: partitionKey, key: rowKey, value: JSON.parse(value) as RowValue, etag };
}

/** A batch with the marker of its rows: the same for each attempt, and unique to the batch. */
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

/** As part of a transaction, where the SDK does not support an ETag for a delete. */
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

  async get(partition: string, key: string): Promise<LedgerRow | undefined> {
    checkKey('partition', partition);
    checkKey('key', key);
    const entity = await this.#entity(this.#budget(), partition, key);
    return entity === undefined ? undefined : toRow(entity);
  }

  rows(partition: string, { from, to, limit }: KeyRange = {}): AsyncIterable<readonly LedgerRow[]> {
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

  partitions(prefix: string): AsyncIterable<readonly LedgerRow[]> {
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
    // Connections belong to Node and end with the process.
  }

  async #send(
    budget: Budget,
    batch: Batch,
    onRetry: () => void,
  ): Promise<'written' | 'conflict' | 'missing'> {
    try {
      await withRetries(budget, {
        judge: judgeFailure,
        onRetry,
        once: (abortSignal) => this.#sendOnce(batch, { abortSignal }),
      });
      return 'written';
    } catch (error) {
      const status = statusOf(error);
      if (status === 409 || status === 412) return 'conflict';
      // For an insert, 404 means that the table is missing.
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
   * Whether an earlier attempt, whose answer was lost, has made a batch. A batch that only deletes leaves no marker: it
   * counts as made when none of its rows exist.
   */
  async #isMade(budget: Budget, { partition, w, changes }: Batch): Promise<boolean> {
    const marked = changes.find(({ kind }) => kind !== 'delete');
    if (marked !== undefined) return (await this.#entity(budget, partition, marked.key))?.w === w;
    return (await this.#there(budget, partition, changes)).size === 0;
  }

  /** The changes without deletes of missing rows; undefined when a required row is missing. */
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

  /** Keys of the existing rows. */
  async #there(budget: Budget, partition: string, changes: readonly Change[]): Promise<ReadonlySet<string>> {
    const entities = await Promise.all(changes.map(({ key }) => this.#entity(budget, partition, key)));
    return new Set(entities.flatMap((entity) => entity?.rowKey ?? []));
  }

  /** Queries a page instead of the row, because only this tells a missing row from a missing table. */
  async #entity(budget: Budget, partition: string, key: string): Promise<Entity | undefined> {
    const filters = [odata`PartitionKey eq ${partition}`, odata`RowKey eq ${key}`];
    for await (const [entity] of this.#pages(filters, () => budget)) return entity;
    return undefined;
  }

  async *#rows(filters: readonly string[], limit = Infinity): AsyncGenerator<readonly LedgerRow[]> {
    let left = limit;
    for await (const page of this.#pages(filters, this.#budget, Math.min(PAGE_ROWS, limit))) {
      yield page.slice(0, left).map(toRow);
      left -= page.length;
      if (left <= 0) return;
    }
  }

  /** The non-empty pages of a query: Azure may send empty ones in between. */
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
      const page = await withRetries(budget, {
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
