import { LedgerUnavailable, readAll, type Store } from '../../../app/ledger/store';

/** A call to the store, as `write idem` or `rows s:`. */
export type StoreCall = string;

/** @param number of the call, to distinguish its end from others' */
type StoreHook = (call: StoreCall, number: number) => Promise<void> | void;

/**
 * A store between the backend and the real store. `before` controls each call: it may wait, fail, or never
 * return; so does `after`, once the call was executed.
 */
export class ProbedStore implements Store {
  readonly calls: StoreCall[] = [];
  before: StoreHook = () => undefined;
  after: StoreHook = () => undefined;

  /** Only of a store that supports it: one call. */
  readonly atOnce?: NonNullable<Store['atOnce']>;

  /** @param canAtOnce true for a database on this machine; false for a table */
  constructor(
    private readonly inner: Store,
    canAtOnce = false,
  ) {
    if (!canAtOnce) return;
    this.atOnce = (writes) =>
      this.around('write', writes.map(({ partition }) => nameOf(partition)).join(' '), async () => {
        const isMade = await this.inner.atOnce?.(writes);
        return isMade === true;
      });
  }

  write: Store['write'] = (partition, changes) =>
    this.around('write', partition, () => this.inner.write(partition, changes));
  get: Store['get'] = (partition, key) => this.around('get', partition, () => this.inner.get(partition, key));

  async *rows(...args: Parameters<Store['rows']>): ReturnType<Store['rows']> {
    // A partition in these tests is one page.
    yield await this.around('rows', args[0], () => readAll(this.inner, ...args));
  }

  async *partitions(prefix: string): ReturnType<Store['partitions']> {
    for await (const page of this.inner.partitions(prefix)) yield page;
  }

  within(): Store {
    return this;
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async around<T>(verb: string, partition: string, work: () => Promise<T>): Promise<T> {
    const call = `${verb} ${nameOf(partition)}`;
    const number = this.calls.push(call);
    await this.before(call, number);
    const result = await work();
    await this.after(call, number);
    return result;
  }
}

/** Without random parts. */
const nameOf = (partition: string): string => partition.replaceAll(/(?<=\b\w:)\S*/g, '');

/** For a store's hooks. */
export const isAway = (): never => {
  throw new LedgerUnavailable('The ledger of this test');
};
/** For the hooks of store and Tavus: the calls of a killed process never return. */
export const never = (): Promise<never> => new Promise(() => undefined);
