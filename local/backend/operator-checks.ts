import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { ENDS_WITH_PARENT, runChild, tail } from '../aws/child-process';
import { rootClientOptions } from '../aws/clients';
import type { RunningFakeAzure } from '../azure/start-fake-azure';
import { check, type ReportCheck } from '../checks';
import type { RecordedContext } from '../laptop-context';
import { operatorEnvironment } from '../laptop-env';
import type { WatchedCalls } from './watched-calls';

/** An object that a person puts into the bucket. */
const FOREIGN_KEY = 'notes/by-hand.txt';

type OperatorContext = RecordedContext & { readonly fakeAzure: RunningFakeAzure };

/** Runs the operator's commands with the environment of laptop.env alone, as the last screen tells a person to. */
export async function operatorChecks(
  context: OperatorContext,
  calls: WatchedCalls,
): Promise<readonly ReportCheck[]> {
  await putForeign(context);
  const command = path.join(context.root, 'ops', 'bin.mjs');
  const [listed, compared] = await Promise.all([
    jsonLines(context, [command, 'list', '--json']),
    jsonLines(context, ['--import', 'tsx', path.join(__dirname, 'compare-later.ts')]),
  ]);
  return [listCheck(listed, calls), foreignCheck(compared, context.recordedBefore)];
}

async function putForeign({ emulator, request }: OperatorContext): Promise<void> {
  const s3 = new S3Client(rootClientOptions(emulator));
  await s3.send(new PutObjectCommand({ Bucket: request.bucketName, Key: FOREIGN_KEY, Body: 'x' }));
  s3.destroy();
}

/** Runs a program. @returns the JSON lines that it prints @throws when it prints none */
async function jsonLines(context: OperatorContext, args: readonly string[]): Promise<readonly unknown[]> {
  const { root, signal } = context;
  const { PATH } = process.env;
  const { code, stdout, stderr } = await runChild({
    command: process.execPath,
    args: [...ENDS_WITH_PARENT, ...args],
    cwd: root,
    env: { PATH, ...operatorEnvironment(context) },
    signal,
  });
  if (stdout === '') throw new Error(`${args.join(' ')}: exit code ${code}\n${tail(stderr)}`);
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const LISTED = z.looseObject({ conversation: z.string().optional() });

function listCheck(lines: readonly unknown[], { forgotten, late }: WatchedCalls): ReportCheck {
  const ids = new Set(lines.map((line) => LISTED.parse(line).conversation));
  const wanted = [forgotten, late].map(({ conversation }) => conversation.id);
  const found = wanted.filter((id) => ids.has(id)).length;
  return check('operator-list', `${wanted.length} found`, `${found} found`);
}

const COMPARED = z.looseObject({
  foreign: z.looseObject({ first: z.array(z.looseObject({ key: z.string() })) }),
});

/** Whether `reconcile` lists exactly the objects that the backend did not start. */
function foreignCheck([compared]: readonly unknown[], recordedBefore: readonly string[]): ReportCheck {
  const found = COMPARED.parse(compared).foreign.first.map(({ key }) => key);
  const expected = [FOREIGN_KEY, ...recordedBefore];
  const listed = (keys: readonly string[]): string => keys.toSorted().join(', ');
  return check('foreign-objects', listed(expected), listed(found));
}
