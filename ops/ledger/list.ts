import { listedStarts, newestStarts } from '../../app/ledger/lists';
import { timeWords } from '../../app/ledger/fact-words';
import { DAYS } from '../../app/ledger/rows';
import type { Summary } from '../../app/ledger/summary';
import { visible } from '../../contract/text-encoding';
import { foreignCount, listForeign } from './foreign';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { describeRecording } from './describe-recording';
import { write } from './write';

const DAY_MS = 86_400_000;

/** Limits without --since. */
const NEWEST = 50;
const NEWEST_DAYS = 30;

const STATE_WIDTH = 12;
const CAUSE_WIDTH = 16;

function line(summary: Summary): string {
  const { at, state, cause, conversation, start, name, held, recordings, recordingCount } = summary;
  const id = conversation ?? `start ${start}`;
  const last = recordings.at(-1);
  const about = [
    ...(last === undefined ? [] : [describeRecording(last)]),
    ...(held === true ? ['held'] : []),
    ...(recordingCount > 1 ? [`the newest of ${recordingCount}`] : []),
    ...(name === undefined ? [] : [`"${name}"`]),
    ...(summary.acknowledgedAt === undefined ? [] : ['acknowledged']),
  ];
  const columns = [timeWords(at), state.padEnd(STATE_WIDTH), (cause ?? '').padEnd(CAUSE_WIDTH), id];
  return visible([...columns, ...about].join('  '));
}

async function isEmpty({ ledger }: OpenedLedger): Promise<boolean> {
  for await (const rows of ledger.store.partitions(DAYS)) return rows.length === 0;
  return true;
}

/** Lists summaries, newest first. */
export async function list(opened: OpenedLedger, run: LedgerRun): Promise<number> {
  const { foreign, json, missing, nowMs, sinceMs } = run;
  if (foreign) return listForeign(opened, run);
  const { stderr, stdout } = run.context;
  const { ledger, where } = opened;
  const limit = sinceMs === undefined ? NEWEST + 1 : Infinity;
  // The clock of the backend may be ahead.
  const untilMs = nowMs + DAY_MS;
  const found = missing
    ? await listedStarts(ledger, ['missing', 'unannounced'], { sinceMs: sinceMs ?? 0, limit })
    : newestStarts(ledger, { sinceMs: sinceMs ?? nowMs - NEWEST_DAYS * DAY_MS, limit, untilMs });
  let count = 0;
  for await (const one of found) {
    count += 1;
    if (sinceMs === undefined && count > NEWEST) break;
    await write(stdout, `${json ? JSON.stringify(one) : line(one)}\n`);
  }
  if (count === 0) stderr.write(`${await nothingFound(opened, run)}\n`);
  else if (sinceMs === undefined && count > NEWEST) {
    stderr.write(`The newest ${NEWEST} of ${where}; more with --since, such as --since 90d.\n`);
  }
  const { unacknowledged, hasMore } = await foreignCount(ledger);
  if (unacknowledged > 0) {
    const atLeast = hasMore ? 'more than ' : '';
    stderr.write(
      `Foreign objects in the bucket: ${atLeast}${unacknowledged}, see \`npx recordings list --foreign\`.\n`,
    );
  }
  return 0;
}

async function nothingFound(opened: OpenedLedger, { missing, sinceMs }: LedgerRun): Promise<string> {
  const { where } = opened;
  if (await isEmpty(opened)) {
    return `${where}: no conversation has been started with this ledger. Start one on /qa or by POST /tavus/start. If there were some, compare LEDGER_URL with the backend's, or run \`npx recordings repair\`.`;
  }
  if (missing) return `${where}: nothing is missing${sinceMs === undefined ? '' : ' since then'}.`;
  return `${where}: nothing since ${sinceMs === undefined ? `${NEWEST_DAYS} days` : 'then'}; --since 400d looks further back.`;
}
