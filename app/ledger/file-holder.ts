import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { Clock } from '../clock';
import { LedgerUnavailable } from './store';

/**
 * One backend per file: a second one would not see what the first keeps in memory. The row says who it is; one that is not
 * renewed is of a backend that is gone.
 */
export const HOLDER_TABLE = `CREATE TABLE holder (
  id INTEGER PRIMARY KEY CHECK (id = 1), token TEXT NOT NULL,
  host TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL, renewed INTEGER NOT NULL
) STRICT`;

const RENEW_MS = 10_000;
const STALE_MS = 30_000;

/** A process, as far as another one can tell. */
interface Holder {
  readonly host: string;
  /** Of Linux, its boot and process namespace: only within them a process id means anything. */
  readonly boot: string;
  readonly pid: number;
}

const HOLDER = z.object({ host: z.string(), boot: z.string(), pid: z.number(), renewed: z.number() });

/** Another backend has the file. */
export class HeldByAnother extends Error {
  override readonly name = 'HeldByAnother';
  constructor(
    readonly holder: Holder,
    /** Until it may be taken over if it is not renewed. */
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
    // Not Linux.
    return '';
  }
}

/** Whether a process of this computer is gone; one of another cannot be looked at. */
function isGone(holder: Holder, us: Holder): boolean {
  if (holder.host !== us.host || holder.boot !== us.boot) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
  }
}

/** The file is ours until released, or until another takes it after we could not renew. */
export interface FileHold {
  /** @throws LedgerUnavailable when another backend has taken the file */
  readonly check: () => void;
  readonly release: () => void;
}

/**
 * Takes the file for this backend and keeps it.
 *
 * @throws HeldByAnother while another backend has it
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
      // A full disk, or a busy file: the next time may do.
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
      // The clock may have been set back: a row of the future is as old as it is new.
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
