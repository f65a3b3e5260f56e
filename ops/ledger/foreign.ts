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

/** Rows read for the hint of `list`. */
const HINT_ROWS = 1_000;

/** One line of `list --foreign`. */
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

/** The etag is internal to the ledger. */
export const withoutEtag = (one: KnownForeign): object =>
  Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'etag'));

const toJson = (one: KnownForeign): string => JSON.stringify(withoutEtag(one));

/** Lists the foreign objects that the last comparison found. */
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
      `${where}: no foreign object is known. \`npx recordings reconcile\` compares the bucket with the ledger now; a backend with access to the bucket does so once a day.\n`,
    );
  }
  return 0;
}

/** @returns false when the key is unknown */
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

/** Counts unacknowledged objects in the first rows. */
export async function foreignCount({
  store,
}: Ledger): Promise<{ readonly unacknowledged: number; readonly hasMore: boolean }> {
  const rows = await readAll(store, FOREIGN, { limit: HINT_ROWS });
  const unacknowledged = rows.filter(({ value }) => value['acknowledgedMs'] === undefined).length;
  return { unacknowledged, hasMore: rows.length === HINT_ROWS };
}
