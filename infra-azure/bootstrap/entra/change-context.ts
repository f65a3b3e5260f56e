import type { Graph } from './graph';

/** Reads and changes Entra. */
export interface ChangeContext {
  readonly graph: Graph;
  /**
   * Applies one change and reports it; in a dry run only reports it.
   * @returns the result of the change; undefined in a dry run
   */
  readonly change: <T>(what: string, apply: () => Promise<T>) => Promise<T | undefined>;
}
