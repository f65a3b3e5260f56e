import { LedgerUnavailable, type PartitionWrite, type Store } from './store';

/** What came of a write. `skipped`: one of a stage before was not made. */
export type Written = 'written' | 'conflict' | 'skipped' | LedgerUnavailable;

/**
 * Writes stage by stage, so that no row is there before those that it needs; the writes of a stage at the same time. A store
 * that can make them all at once does: with a disk, that is one wait for it.
 *
 * @returns what came of each write, by stage
 */
export async function writeStages(
  store: Store,
  stages: readonly (readonly PartitionWrite[])[],
): Promise<readonly (readonly Written[])[]> {
  const atOnce = await made(store, stages.flat());
  if (atOnce !== undefined) return stages.map((writes) => writes.map(() => atOnce));
  const results: (readonly Written[])[] = [];
  for (const writes of stages) {
    const isGoingOn = results.flat().every((result) => result === 'written');
    results.push(
      isGoingOn
        ? await Promise.all(writes.map((one) => written(store, one)))
        : writes.map(() => 'skipped' as const),
    );
  }
  return results;
}

/** Undefined: the store cannot, or one of them is a conflict. */
async function made(
  store: Store,
  writes: readonly PartitionWrite[],
): Promise<'written' | LedgerUnavailable | undefined> {
  try {
    return (await store.atOnce?.(writes)) === true ? 'written' : undefined;
  } catch (error) {
    return away(error);
  }
}

async function written(store: Store, { partition, changes }: PartitionWrite): Promise<Written> {
  try {
    return await store.write(partition, changes);
  } catch (error) {
    return away(error);
  }
}

function away(error: unknown): LedgerUnavailable {
  if (error instanceof LedgerUnavailable) return error;
  throw error;
}
