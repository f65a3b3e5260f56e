import { timeWords } from '../../app/ledger/fact-words';
import type { Ledger } from '../../app/ledger/ledger';
import { FOREIGN } from '../../app/ledger/rows';
import { readAll } from '../../app/ledger/store';
import { FOREIGN_REASONS, ForeignRows, type KnownForeign } from '../../app/recordings/foreign-rows';
import { visible } from '../../contract/text-encoding';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { write } from './write';

const KIND_WIDTH = 12;
const SIZE_WIDTH = 12;

/** Rows that are read for the hint of `list`. */
const HINT_ROWS = 1_000;

/** One foreign object in a line. */
export function foreignLine({
  key,
  kind,
  bytes,
  modifiedMs,
  acknowledgedMs,
  wasThereBefore,
}: KnownForeign): string {
  const known = wasThereBefore === true ? 'was there before' : 'acknowledged';
  return visible(
    [
      timeWords(modifiedMs),
      kind.padEnd(KIND_WIDTH),
      `${bytes} bytes`.padEnd(SIZE_WIDTH),
      key,
      ...(acknowledgedMs === undefined ? [] : [known]),
    ].join('  '),
  );
}

/** For programs: the ledger's own mark of a row says nothing to them. */
export const withoutEtag = (one: KnownForeign): object =>
  Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'etag'));

const toJson = (one: KnownForeign): string => JSON.stringify(withoutEtag(one));

/** Lists foreign objects by key, as the last comparison of the bucket found them. */
export async function listForeign(
  { ledger, where }: OpenedLedger,
  { context, json }: LedgerRun,
): Promise<number> {
  let count = 0;
  for await (const some of (await ForeignRows.read(ledger.store)).all()) {
    count += some.length;
    await write(context.stdout, some.map((one) => `${json ? toJson(one) : foreignLine(one)}\n`).join(''));
  }
  if (count === 0) {
    context.stderr.write(
      `${where}: no foreign object is known. \`npx recordings reconcile\` compares the bucket with the ledger now; a backend that may read the bucket does so once a day.\n`,
    );
  }
  return 0;
}

/** @returns false: there is none with this key */
export async function showForeign(
  { ledger }: OpenedLedger,
  { context, id, json }: LedgerRun,
): Promise<boolean> {
  const one = await (await ForeignRows.read(ledger.store)).get(id);
  if (one === undefined) return false;
  const { key, kind, bytes, modifiedMs, firstMs, toldMs, acknowledgedMs } = one;
  const lines = [
    `Foreign object  ${key}`,
    `Why             ${FOREIGN_REASONS[kind]}`,
    `Written         ${timeWords(modifiedMs)}, ${bytes} bytes`,
    `Found           ${timeWords(firstMs)}`,
    ...(toldMs === undefined ? [] : [`Told            ${timeWords(toldMs)}`]),
    ...(acknowledgedMs === undefined ? [] : [`Acknowledged    ${timeWords(acknowledgedMs)}`]),
  ];
  await write(context.stdout, json ? `${toJson(one)}\n` : `${lines.map(visible).join('\n')}\n`);
  return true;
}

/** Of the first rows, so many that no person has acknowledged. */
export async function foreignCount({
  store,
}: Ledger): Promise<{ readonly unacknowledged: number; readonly hasMore: boolean }> {
  const rows = await readAll(store, FOREIGN, { limit: HINT_ROWS });
  const unacknowledged = rows.filter(({ value }) => value['acknowledgedMs'] === undefined).length;
  return { unacknowledged, hasMore: rows.length === HINT_ROWS };
}
