import type { Graph } from './graph';

/** How the steps read Entra, and change it. */
export interface Work {
  readonly graph: Graph;
  /**
   * Makes one change and says so; in a dry run only says what it would make.
   * @returns what was made; undefined in a dry run
   */
  readonly change: <T>(what: string, make: () => Promise<T>) => Promise<T | undefined>;
}
