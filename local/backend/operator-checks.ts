import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { runChild, tail } from '../aws/child-process';
import { clientOptions, rootOf } from '../aws/clients';
import type { RunningStandIn } from '../azure/stand-in';
import { check, type ReportCheck } from '../checks';
import { operatorEnvironment } from '../laptop-env';
import type { ProofContext } from './proof-context';
import type { WatchedCalls } from './watched-calls';

const ENDS_WITH_PARENT = path.join(__dirname, '..', 'aws', 'ends-with-parent.mjs');

/** What somebody with rights of their own puts into the bucket. */
const BY_HAND = 'notes/by-hand.txt';

type OperatorContext = ProofContext & { readonly standIn: RunningStandIn };

/** The operator's commands on this run, as its last screen names them: by what is in laptop.env alone. */
export async function operatorChecks(
  context: OperatorContext,
  calls: WatchedCalls,
): Promise<readonly ReportCheck[]> {
  await putForeign(context);
  const command = path.join(context.root, 'ops', 'bin.mjs');
  const [listed, compared] = await Promise.all([
    linesOf(context, [command, 'list', '--json']),
    linesOf(context, ['--import', 'tsx', path.join(__dirname, 'compare-later.ts')]),
  ]);
  return [listCheck(listed, calls), foreignCheck(compared, context.recordedBefore)];
}

async function putForeign({ emulator, request }: OperatorContext): Promise<void> {
  const s3 = new S3Client(clientOptions(emulator, rootOf(emulator, emulator.account)));
  await s3.send(new PutObjectCommand({ Bucket: request.bucketName, Key: BY_HAND, Body: 'x' }));
  s3.destroy();
}

/** The JSON lines that a program prints. @throws when it prints none */
async function linesOf(context: OperatorContext, args: readonly string[]): Promise<readonly unknown[]> {
  const { root, signal } = context;
  const { PATH } = process.env;
  const { code, stdout, stderr } = await runChild({
    command: process.execPath,
    args: ['--import', pathToFileURL(ENDS_WITH_PARENT).href, ...args],
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
  return check(
    'stand-in Azure',
    'operator-list',
    'recordings list: calls of this run',
    `${wanted.length} found`,
    `${found} found`,
  );
}

const COMPARED = z.looseObject({
  foreign: z.looseObject({ first: z.array(z.looseObject({ key: z.string() })) }),
});

/** What no start of the backend made, and nothing else. */
function foreignCheck([compared]: readonly unknown[], recordedBefore: readonly string[]): ReportCheck {
  const found = COMPARED.parse(compared).foreign.first.map(({ key }) => key);
  const expected = [BY_HAND, ...recordedBefore];
  const listed = (keys: readonly string[]): string => keys.toSorted().join(', ');
  return check(
    'emulator',
    'foreign-objects',
    'recordings reconcile: foreign objects',
    listed(expected),
    listed(found),
  );
}
