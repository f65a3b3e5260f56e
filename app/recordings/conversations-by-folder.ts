import { CONVERSATION_KEY, CONVERSATIONS } from '../ledger/rows';
import type { LedgerRow } from '../ledger/store';

const idOf = ({ partition }: LedgerRow): string => partition.slice(CONVERSATIONS.length);

/** The part of a key by which S3 sorts conversations, in ASCII order. */
export const folderOf = (conversationId: string): string => `${conversationId}/`;

/**
 * The ledger's conversations in the order of their folders in the bucket. The ledger sorts `a`, `a-1`, `a0`, but S3 `a-1/`,
 * `a/`, `a0/`: `-` and `.` sort before the slash, so a row waits while the following rows extend its id with one of them.
 *
 * @param rows of all partitions `c:`, in the ledger's order
 */
async function* byFolder(rows: AsyncIterable<readonly LedgerRow[]>): AsyncGenerator<readonly LedgerRow[]> {
  const waiting: LedgerRow[] = [];
  const extendsId = (id: string, before: LedgerRow): boolean => {
    const next = id.charAt(idOf(before).length);
    return (next === '-' || next === '.') && id.startsWith(idOf(before));
  };
  for await (const page of rows) {
    const ready: LedgerRow[] = [];
    for (const row of page) {
      if (row.key !== CONVERSATION_KEY) continue;
      const id = idOf(row);
      for (let last = waiting.at(-1); last !== undefined && !extendsId(id, last); last = waiting.at(-1)) {
        ready.push(last);
        waiting.pop();
      }
      waiting.push(row);
    }
    if (ready.length > 0) yield ready;
  }
  if (waiting.length > 0) yield waiting.toReversed();
}

/** Walks through the ledger's conversations in parallel with a listing of the bucket. */
export class ConversationsByFolder {
  readonly #pages: AsyncGenerator<readonly LedgerRow[]>;
  #page: readonly LedgerRow[] = [];
  #next = 0;
  #isAtEnd = false;

  /** @param rows of all partitions `c:`, in the ledger's order */
  constructor(rows: AsyncIterable<readonly LedgerRow[]>) {
    this.#pages = byFolder(rows);
  }

  /**
   * Moves past a conversation's folder. Synchronous unless rows have to be read, because a promise per conversation would
   * fill the memory for a million of them.
   *
   * @param conversationId undefined: to the end
   * @param onPassed called for each conversation before it, whose folder has no object
   * @returns its row; undefined when the ledger does not know it; `read-on`: call again after {@link readOn}
   */
  moveBehind(
    conversationId: string | undefined,
    onPassed: (row: LedgerRow) => void,
  ): LedgerRow | 'read-on' | undefined {
    const folder = conversationId === undefined ? undefined : folderOf(conversationId);
    for (let row = this.#page[this.#next]; row !== undefined; row = this.#page[this.#next]) {
      const own = folderOf(idOf(row));
      // The ledger's ids are ASCII, so comparing text is the same as comparing bytes.
      if (folder !== undefined && own > folder) return undefined;
      this.#next += 1;
      if (own === folder) return row;
      onPassed(row);
    }
    return this.#isAtEnd ? undefined : 'read-on';
  }

  /** Reads the next rows. */
  async readOn(): Promise<void> {
    const { value, done } = await this.#pages.next();
    this.#isAtEnd = done === true;
    this.#page = value ?? [];
    this.#next = 0;
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await this.#pages.return(undefined);
  }
}
