import { BucketUnreadable } from '../../app/recordings/bucket';
import { ListingOutOfOrder } from '../../app/recordings/compare';
import { ForeignRows, type KnownForeign } from '../../app/recordings/foreign-rows';
import { reconcile as compareAll, type Finding, type Reconciled } from '../../app/recordings/reconcile';
import { ProblemsError } from '../../contract/problem';
import { visible } from '../../contract/text-encoding';
import { foreignLine, withoutEtag } from './foreign';
import type { LedgerRun } from './ledger-run';
import type { OpenedLedger } from './open-ledger';
import { openOperatorBucket, type OperatorBucket } from './operator-bucket';
import { write } from './write';

const PROGRESS_OBJECTS = 100_000;

/** `list --foreign` has all. */
const MAX_SHOWN = 1_000;

interface Result {
  readonly reconciled: Reconciled;
  /** Unacknowledged ones. */
  readonly foreign: { readonly count: number; readonly first: readonly KnownForeign[] };
  /** Foreign objects acknowledged by `--adopt`. */
  readonly adoptedObjects: number;
}

/** Compares the bucket with the ledger, like the daily run of the watch. Only the watch sends alerts. */
export async function reconcile(
  opened: OpenedLedger,
  run: LedgerRun,
  open: (context: LedgerRun['context']) => OperatorBucket = openOperatorBucket,
): Promise<number> {
  const { bucket, name } = open(run.context);
  try {
    const result = await resultOf(opened, run, { bucket, name });
    await write(
      run.context.stdout,
      run.json ? `${JSON.stringify(toJson(name, result))}\n` : text(name, result),
    );
    return needsAttention(result) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof BucketUnreadable || error instanceof ListingOutOfOrder)) throw error;
    throw new ProblemsError([error.message], {
      title: 'The listing is not complete, so nothing was concluded',
      cause: error,
    });
  } finally {
    bucket.close();
  }
}

async function resultOf(
  { ledger }: OpenedLedger,
  { adopt, context, nowMs }: LedgerRun,
  { bucket, name }: OperatorBucket,
): Promise<Result> {
  let reported = 0;
  const onProgress = (objects: number): void => {
    if (objects < reported + PROGRESS_OBJECTS) return;
    reported = objects;
    context.stderr.write(`${objects} objects ...\n`);
  };
  const reconciled = await compareAll({ ledger, bucket, bucketName: name, now: () => nowMs, onProgress });
  if (reconciled === undefined) throw new Error('The comparison did not run to its end.');
  const rows = await ForeignRows.read(ledger.store);
  const first: KnownForeign[] = [];
  let count = 0;
  for await (const some of rows.all()) {
    const open = some.filter(({ acknowledgedMs }) => acknowledgedMs === undefined);
    if (adopt) await rows.change(open, { acknowledgedMs: nowMs, wasThereBefore: true });
    count += open.length;
    first.push(...open.slice(0, MAX_SHOWN - first.length));
  }
  return adopt
    ? { reconciled, foreign: { count: 0, first: [] }, adoptedObjects: count }
    : { reconciled, foreign: { count, first }, adoptedObjects: 0 };
}

const findingsOf = ({ reconciled }: Result, what: Finding['what']): readonly Finding[] =>
  reconciled.findings.filter((one) => one.what === what);

const needsAttention = (result: Result): boolean =>
  result.foreign.first.some(({ kind }) => kind !== 'probe') ||
  findingsOf(result, 'gone').length > 0 ||
  findingsOf(result, 'lost').length > 0;

const toJson = (bucket: string, { reconciled, foreign, adoptedObjects }: Result): object => ({
  bucket,
  ...reconciled,
  foreign: { count: foreign.count, first: foreign.first.map(withoutEtag) },
  adoptedObjects,
});

/** Titles of the findings, in order. */
const FINDINGS: Readonly<Record<Finding['what'], string>> = {
  gone: 'Gone before they expired',
  lost: 'Announced but not in the bucket',
  adopted: 'In the bucket but never announced',
  seen: 'Inspected again',
  expired: 'Expired',
};

function text(bucket: string, result: Result): string {
  const { reconciled, foreign, adoptedObjects } = result;
  const { objects, recordings, conversations, unexplained, young, left } = reconciled;
  const section = (title: string, count: number, lines: readonly string[]): readonly string[] =>
    count === 0
      ? []
      : [
          `${title}: ${count}`,
          ...lines.map((line) => `  ${line}`),
          ...(count > lines.length ? ['  ...'] : []),
        ];
  const lines = [
    `${bucket}: ${objects} objects. ${recordings} recordings of the ledger's ${conversations} conversations.`,
    ...section('Unacknowledged foreign objects', foreign.count, foreign.first.map(foreignLine)),
    ...Object.entries(FINDINGS).flatMap(([what, title]) => {
      const found = reconciled.findings.filter((one) => one.what === what);
      return section(
        title,
        found.length,
        found.map(({ key }) => key),
      );
    }),
    ...section('Other keys below our conversations', unexplained.count, unexplained.first),
    ...(adoptedObjects > 0 ? [`Acknowledged as there before: ${adoptedObjects}`] : []),
    ...(young > 0 ? [`Written within the last 15 minutes, left for the next run: ${young}`] : []),
    ...(left > 0 ? [`Conversations left for the next run: ${left}`] : []),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}
