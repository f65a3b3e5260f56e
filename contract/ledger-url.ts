import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { isLoopback } from './schemas';

/** Where the ledger is kept. */
export type LedgerPlace =
  /** Relative to the folder that the process was started in. */
  | { readonly kind: 'file'; readonly path: string }
  /** A table in Azure Tables: its account's address, and its name. */
  | { readonly kind: 'table'; readonly endpoint: string; readonly table: string };

/** Names of storage accounts and of tables (learn.microsoft.com, read 2026-11-28). */
const ACCOUNT_HOST = /^[a-z0-9]{3,24}\.table\.core\.windows\.net$/;
const TABLE_PATH = /^\/(?<table>[A-Za-z][A-Za-z0-9]{2,62})$/;

/** Azurite, the emulator on a developer's machine, has the account in the path. */
const EMULATOR_PATH = /^(?<account>\/devstoreaccount1)\/(?<table>[A-Za-z][A-Za-z0-9]{2,62})$/;

function readLedgerUrl(text: string): LedgerPlace | undefined {
  if (text.startsWith('file:')) return readFileUrl(text);
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.username !== '' || url.search !== '' || url.hash !== '')
    return undefined;
  const pattern = isLoopback(url) ? EMULATOR_PATH : TABLE_PATH;
  const { account = '', table } = pattern.exec(url.pathname)?.groups ?? {};
  if (table === undefined || !(isLoopback(url) || ACCOUNT_HOST.test(url.host))) return undefined;
  return { kind: 'table', endpoint: `${url.origin}${account}`, table };
}

function readFileUrl(text: string): LedgerPlace | undefined {
  const isUrl = text.startsWith('file://');
  if (isUrl && !URL.canParse(text)) return undefined;
  try {
    const path = isUrl ? fileURLToPath(text) : text.slice('file:'.length);
    // A folder has no name at its end.
    return /[^/\\.]$/.test(path) ? { kind: 'file', path } : undefined;
  } catch {
    // A host, or an escaped slash.
    return undefined;
  }
}

/** Read as a place. */
export const ledgerUrl = z.string().transform((text, context): LedgerPlace => {
  const place = readLedgerUrl(text);
  if (place !== undefined) return place;
  context.addIssue('is neither file:<path> nor https://<account>.table.core.windows.net/<table>');
  return z.NEVER;
});
