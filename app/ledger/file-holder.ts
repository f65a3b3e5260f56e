import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { Clock } from '../clock';
import { LedgerUnavailable } from './store';

/**
 * One backend per file: a second one would not see the state that the first keeps in memory. The row names the backend; a
 * row that is not renewed belongs to a backend that has ended.
 */
export const HOLDER_TABLE = `CREATE TABLE holder (
  id INTEGER PRIMARY KEY CHECK (id = 1), token TEXT NOT NULL,
  host TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL, renewed INTEGER NOT NULL
) STRICT`;

const RENEW_MS = 10_000;
const STALE_MS = 30_000;

/** Identifies a process to other processes. */
interface Holder {
  readonly host: string;
  /** Linux boot and process namespace: a process id is only unique within them. */
  readonly boot: string;
  readonly pid: number;
}

const HOLDER = z.object({ host: z.string(), boot: z.string(), pid: z.number(), renewed: z.number() });

/** Another backend uses the file. */
export class HeldByAnother extends Error {
  override readonly name = 'HeldByAnother';
  constructor(
    readonly holder: Holder,
    /** Time until the file can be taken over, if the hold is not renewed. */
    readonly staleInMs: number,
  ) {
    super(`Held by process ${holder.pid} on ${holder.host}.`);
  }
}

function thisProcess(): Holder {
  return { host: hostname(), boot: bootId(), pid: process.pid };
}

function bootId(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not on Linux.
    return '';
  }
}

/** Whether a process on this computer has ended; unknown, so false, for another computer. */
function isGone(holder: Holder, us: Holder): boolean {
  if (holder.host !== us.host || holder.boot !== us.boot) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
  }
}

/** Our hold on the file. Ends when released, or when another backend takes over because we could not renew. */
export interface FileHold {
  /** @throws LedgerUnavailable when another backend has taken the file */
  readonly check: () => void;
  readonly release: () => void;
}

/**
 * Takes the file for this backend and keeps renewing the hold.
 *
 * @throws HeldByAnother while another backend uses it
 */
export function holdFile(database: DatabaseSync, { now }: Pick<Clock, 'now'>): FileHold {
  const token = randomUUID();
  take(database, token, now());
  const renew = database.prepare('UPDATE holder SET renewed = ? WHERE token = ?');
  let isLost = false;
  const timer = setInterval(() => {
    try {
      isLost = renew.run(now(), token).changes === 0;
    } catch {
      // A full disk or a busy file: the next attempt may succeed.
    }
  }, RENEW_MS);
  timer.unref();
  return {
    check() {
      if (isLost) throw new LedgerUnavailable('Another backend has taken the ledger file over.');
    },
    release() {
      clearInterval(timer);
      database.prepare('DELETE FROM holder WHERE token = ?').run(token);
    },
  };
}

function take(database: DatabaseSync, token: string, nowMs: number): void {
  const us = thisProcess();
  database.exec('BEGIN IMMEDIATE');
  try {
    const row = database.prepare('SELECT host, boot, pid, renewed FROM holder').get();
    const holder = row === undefined ? undefined : HOLDER.parse(row);
    if (holder !== undefined && !isGone(holder, us)) {
      // The clock may have been set back, so a row from the future counts by its distance from now.
      const staleInMs = STALE_MS - Math.abs(nowMs - holder.renewed);
      if (staleInMs > 0) throw new HeldByAnother(holder, staleInMs);
    }
    database
      .prepare(
        'INSERT OR REPLACE INTO holder (id, token, host, boot, pid, renewed) VALUES (1, ?, ?, ?, ?, ?)',
      )
      .run(token, us.host, us.boot, us.pid, nowMs);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
