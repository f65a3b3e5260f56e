import { LedgerUnavailable, readAll, type Store } from '../../../app/ledger/store';

/** A call to the store, as `write idem` or `rows s:`. */
export type StoreCall = string;

/** @param number of the call, so that its end is told from others' */
type StoreHook = (call: StoreCall, number: number) => Promise<void> | void;

/**
 * A store between the backend and its own. `before` decides what becomes of each call: it may wait, fail, or never come
 * back; `after` likewise, when it was carried out.
 */
export class ProbedStore implements Store {
  readonly calls: StoreCall[] = [];
  before: StoreHook = () => undefined;
  after: StoreHook = () => undefined;

  /** Of a store that can: one call. */
  readonly atOnce?: NonNullable<Store['atOnce']>;

  /** @param canAtOnce as a database on this machine; a table cannot */
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
    // A partition of these tests is one page.
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

/** Without what is random in it. */
const nameOf = (partition: string): string => partition.replaceAll(/(?<=\b\w:)\S*/g, '');

/** For a store's hooks. */
export const isAway = (): never => {
  throw new LedgerUnavailable('The ledger of this test');
};
/** For a store's hooks, and Tavus's: what a process that was killed sees of its calls. */
export const never = (): Promise<never> => new Promise(() => undefined);
