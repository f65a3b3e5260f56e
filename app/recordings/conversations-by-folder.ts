import { CONVERSATION_KEY, CONVERSATIONS } from '../ledger/rows';
import type { Row } from '../ledger/store';

const idOf = ({ partition }: Row): string => partition.slice(CONVERSATIONS.length);

/** S3 sorts a conversation's keys by this, in the bytes of ASCII. */
export const folderOf = (conversationId: string): string => `${conversationId}/`;

/**
 * The ledger's conversations in the order of their folders in the bucket. The ledger sorts `a`, `a-1`, `a0`, but S3 `a-1/`,
 * `a/`, `a0/`: only `-` and `.` sort before the slash, so a row waits while the rows behind it go on with one of them.
 *
 * @param rows those of all partitions `c:`, in the ledger's order
 */
async function* byFolder(rows: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  const waiting: Row[] = [];
  const goesOn = (id: string, before: Row): boolean => {
    const next = id.charAt(idOf(before).length);
    return (next === '-' || next === '.') && id.startsWith(idOf(before));
  };
  for await (const page of rows) {
    const ready: Row[] = [];
    for (const row of page) {
      if (row.key !== CONVERSATION_KEY) continue;
      const id = idOf(row);
      for (let last = waiting.at(-1); last !== undefined && !goesOn(id, last); last = waiting.at(-1)) {
        ready.push(last);
        waiting.pop();
      }
      waiting.push(row);
    }
    if (ready.length > 0) yield ready;
  }
  if (waiting.length > 0) yield waiting.toReversed();
}

/** Walks through the ledger's conversations beside a listing of the bucket, which has the same order. */
export class ConversationsByFolder {
  readonly #pages: AsyncGenerator<readonly Row[]>;
  #page: readonly Row[] = [];
  #next = 0;
  #isAtEnd = false;

  /** @param rows those of all partitions `c:`, in the ledger's order */
  constructor(rows: AsyncIterable<readonly Row[]>) {
    this.#pages = byFolder(rows);
  }

  /**
   * Moves behind a conversation's folder. Waits only where rows have to be read: a promise for each of a million
   * conversations would be most of what is in memory.
   *
   * @param conversationId undefined: to the end
   * @param passed told of each conversation before it: nothing is listed in its folder
   * @returns its row; undefined: the ledger does not know it; `read-on`: call again after {@link readOn}
   */
  moveBehind(conversationId: string | undefined, passed: (row: Row) => void): Row | 'read-on' | undefined {
    const folder = conversationId === undefined ? undefined : folderOf(conversationId);
    for (let row = this.#page[this.#next]; row !== undefined; row = this.#page[this.#next]) {
      const own = folderOf(idOf(row));
      // The ledger's ids are ASCII, which compares with any text as its bytes do.
      if (folder !== undefined && own > folder) return undefined;
      this.#next += 1;
      if (own === folder) return row;
      passed(row);
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

  /** Reads no further. */
  async close(): Promise<void> {
    await this.#pages.return(undefined);
  }
}
