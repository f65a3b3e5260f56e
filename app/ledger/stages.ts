import { LedgerUnavailable, type PartitionWrite, type Store } from './store';

/** Result of a write. `skipped`: a write of an earlier stage failed. */
export type WriteResult = 'written' | 'conflict' | 'skipped' | LedgerUnavailable;

/**
 * Writes stage by stage, so that no row exists before the rows it depends on; the writes of one stage run in parallel. A
 * store that supports it makes all writes in one transaction, which costs one disk sync instead of several.
 *
 * @returns the result of each write, by stage
 */
export async function writeStages(
  store: Store,
  stages: readonly (readonly PartitionWrite[])[],
): Promise<readonly (readonly WriteResult[])[]> {
  const atOnce = await made(store, stages.flat());
  if (atOnce !== undefined) return stages.map((writes) => writes.map(() => atOnce));
  const results: (readonly WriteResult[])[] = [];
  for (const writes of stages) {
    const shouldContinue = results.flat().every((result) => result === 'written');
    results.push(
      shouldContinue
        ? await Promise.all(writes.map((one) => written(store, one)))
        : writes.map(() => 'skipped' as const),
    );
  }
  return results;
}

/** Undefined: the store does not support transactions across partitions, or a write conflicts. */
async function made(
  store: Store,
  writes: readonly PartitionWrite[],
): Promise<'written' | LedgerUnavailable | undefined> {
  try {
    return (await store.atOnce?.(writes)) === true ? 'written' : undefined;
  } catch (error) {
    return toUnavailable(error);
  }
}

async function written(store: Store, { partition, changes }: PartitionWrite): Promise<WriteResult> {
  try {
    return await store.write(partition, changes);
  } catch (error) {
    return toUnavailable(error);
  }
}

function toUnavailable(error: unknown): LedgerUnavailable {
  if (error instanceof LedgerUnavailable) return error;
  throw error;
}
