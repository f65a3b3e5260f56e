import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { isLoopback } from './schemas';

/** Where the ledger is stored. */
export type LedgerLocation =
  /** Relative to the working directory. */
  | { readonly kind: 'file'; readonly path: string }
  /** A table in Azure Tables: address of the storage account, name of the table. */
  | { readonly kind: 'table'; readonly endpoint: string; readonly table: string };

/** Names of storage accounts and of tables (learn.microsoft.com, read 2026-11-28). */
const ACCOUNT_HOST = /^[a-z0-9]{3,24}\.table\.core\.windows\.net$/;
const TABLE_PATH = /^\/(?<table>[A-Za-z][A-Za-z0-9]{2,62})$/;

/** Azurite, Microsoft's local emulator, has the account in the path. */
const EMULATOR_PATH = /^(?<account>\/devstoreaccount1)\/(?<table>[A-Za-z][A-Za-z0-9]{2,62})$/;

function readLedgerUrl(text: string): LedgerLocation | undefined {
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

function readFileUrl(text: string): LedgerLocation | undefined {
  const isUrl = text.startsWith('file://');
  if (isUrl && !URL.canParse(text)) return undefined;
  try {
    const path = isUrl ? fileURLToPath(text) : text.slice('file:'.length);
    // A path that ends with a slash or a dot is a folder.
    return /[^/\\.]$/.test(path) ? { kind: 'file', path } : undefined;
  } catch {
    // The URL has a host or an escaped slash.
    return undefined;
  }
}

export const ledgerUrl = z.string().transform((text, context): LedgerLocation => {
  const location = readLedgerUrl(text);
  if (location !== undefined) return location;
  context.addIssue('is neither file:<path> nor https://<account>.table.core.windows.net/<table>');
  return z.NEVER;
});
