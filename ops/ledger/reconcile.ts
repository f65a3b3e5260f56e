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

/** More are in `list --foreign`. */
const MAX_SHOWN = 1_000;

interface Result {
  readonly reconciled: Reconciled;
  /** Not acknowledged by a person. */
  readonly foreign: { readonly count: number; readonly first: readonly KnownForeign[] };
  /** Foreign objects that `--adopt` has acknowledged. */
  readonly adoptedObjects: number;
}

/** Compares the bucket with the ledger, as the watch does once a day. What has to be told, the watch tells. */
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
    return isToBeLookedAt(result) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof BucketUnreadable || error instanceof ListingOutOfOrder)) throw error;
    throw new ProblemsError([error.message], {
      title: 'Nothing is concluded from a listing that is not complete',
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
  let shown = 0;
  const onProgress = (objects: number): void => {
    if (objects < shown + PROGRESS_OBJECTS) return;
    shown = objects;
    context.stderr.write(`${objects} objects ...\n`);
  };
  const reconciled = await compareAll({ ledger, bucket, bucketName: name, now: () => nowMs, onProgress });
  if (reconciled === undefined) throw new Error('It goes on until it is done.');
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

const withWhat = ({ reconciled }: Result, what: Finding['what']): readonly Finding[] =>
  reconciled.findings.filter((one) => one.what === what);

const isToBeLookedAt = (result: Result): boolean =>
  result.foreign.first.some(({ kind }) => kind !== 'probe') ||
  withWhat(result, 'gone').length > 0 ||
  withWhat(result, 'lost').length > 0;

const toJson = (bucket: string, { reconciled, foreign, adoptedObjects }: Result): object => ({
  bucket,
  ...reconciled,
  foreign: { count: foreign.count, first: foreign.first.map(withoutEtag) },
  adoptedObjects,
});

/** What each finding is called, in the order in which they are shown. */
const FINDINGS: Readonly<Record<Finding['what'], string>> = {
  gone: 'Gone before their day',
  lost: 'Announced, and not there',
  adopted: 'There, and never announced',
  seen: 'Looked at again',
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
    ...section('Foreign objects, not acknowledged', foreign.count, foreign.first.map(foreignLine)),
    ...Object.entries(FINDINGS).flatMap(([what, title]) => {
      const found = reconciled.findings.filter((one) => one.what === what);
      return section(
        title,
        found.length,
        found.map(({ key }) => key),
      );
    }),
    ...section('Other keys below conversations of ours', unexplained.count, unexplained.first),
    ...(adoptedObjects > 0 ? [`Acknowledged as there before: ${adoptedObjects}`] : []),
    ...(young > 0 ? [`Written within the last 15 minutes, and left for the next time: ${young}`] : []),
    ...(left > 0 ? [`Conversations to be looked at, and left for the next time: ${left}`] : []),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}
