import type { CliContext } from '../cli-context';

/** Options of a ledger command. */
export interface LedgerRun {
  readonly context: CliContext;
  readonly nowMs: number;
  readonly json: boolean;
  /** Of `list`. */
  readonly missing: boolean;
  /** Of `list`; epoch ms. */
  readonly sinceMs: number | undefined;
  /** Of `list`. */
  readonly foreign: boolean;
  /** Of `reconcile`. */
  readonly adopt: boolean;
  /** Of `show` and `acknowledge`. */
  readonly id: string;
}
