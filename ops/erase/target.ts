import { factOf, type Fact, type Operator } from '../../app/ledger/facts';
import type { Ledger } from '../../app/ledger/ledger';
import { accountOfRole } from '../../contract/aws-values';
import { defined } from '../../contract/defined';
import { problem, ProblemsError } from '../../contract/problem';
import { missingFault, readSettings } from '../../contract/read-settings';
import { settingFix } from '../../contract/setting-fix';
import { settingRow, type ReadSetting, type SettingValues } from '../../contract/settings';
import { RECORDING_KEY_PREFIX } from '../../contract/vendor-facts';
import type { AwsAnswer } from '../aws/answer';
import { awsClients, type AwsClients } from '../aws/clients';
import { callerIdentity } from '../aws/identity';
import type { OwnBucket } from '../aws/stored-objects';
import type { CliContext } from '../cli-context';
import { findStartById, unknownId } from '../ledger/find-start-by-id';
import { withLedger, type LedgerUse } from '../ledger/open-ledger';
import { maskAccount, maskOf, type OutputMask } from '../mask';
import { proxyOf } from '../proxy';
import type { BackedUpBucket } from './remains';
import { erasingTavus, type ErasingTavus } from './tavus';

const NAMES = [
  'TAVUS_API_KEY',
  'TAVUS_API_BASE_URL',
  'TAVUS_RECORDING_S3_BUCKET_NAME',
  'TAVUS_RECORDING_S3_BUCKET_REGION',
  'TAVUS_AWS_ASSUME_ROLE_ARN',
  'RECORDINGS_HOLDS_BUCKET_NAME',
] as const satisfies readonly ReadSetting[];
type TargetSettings = Pick<SettingValues, (typeof NAMES)[number]>;

/** Connections to AWS and Tavus, and the clock; tests replace them. */
export interface TargetConnections {
  readonly aws: typeof awsClients;
  readonly tavus: typeof erasingTavus;
  /** Epoch ms. */
  readonly now: () => number;
}

export const CONNECTIONS: TargetConnections = { aws: awsClients, tavus: erasingTavus, now: () => Date.now() };

/** The conversation that erase, hold or release works on, and everything they need. */
export interface ConversationTarget {
  readonly id: string;
  readonly startId: string;
  /** Undefined when Tavus created no conversation. */
  readonly conversationId: string | undefined;
  readonly facts: readonly Fact[];
  readonly ledger: Ledger;
  readonly tavus: ErasingTavus;
  /** Undefined when neither ledger nor settings name a bucket. */
  readonly recordings: (BackedUpBucket & { readonly region: string }) | undefined;
  /** Undefined without a bucket for holds. */
  readonly holds: OwnBucket | undefined;
  /** Prefix of all objects of the conversation. */
  readonly prefix: string;
  readonly by: Operator;
  readonly now: () => number;
  /** Masks secrets in texts from outside. */
  readonly mask: OutputMask;
  readonly say: (text: string) => void;
}

/** The command is refused and nothing was changed. */
export class CommandRefused extends ProblemsError {
  override readonly name = 'CommandRefused';
}

export interface TargetOptions {
  readonly id: string;
  readonly use: LedgerUse;
  readonly connections: TargetConnections;
  /** Timeout for one AWS request; copying 5 GB takes minutes. @default that of {@link awsClients} */
  readonly answerTimeoutMs?: number;
}

/**
 * Finds the start, opens the connections, runs the work and closes everything.
 * @throws CommandRefused with all problems
 */
export async function withTarget<T>(
  { env, stderr }: CliContext,
  { id, use, connections, answerTimeoutMs }: TargetOptions,
  work: (target: ConversationTarget) => Promise<T>,
): Promise<T> {
  const values = readValues(env);
  const say = (text: string): void => void stderr.write(`${text}\n`);
  return withLedger({ env, stderr }, use, async ({ ledger, where, signedInAs }) => {
    const found = await findStartById(ledger, id);
    if (found === undefined) throw new CommandRefused([unknownId(id, where)]);
    const outcome = factOf(found.facts, 'outcome');
    if (outcome === undefined) throw new CommandRefused([underWay(id)]);
    const conversationId = outcome.result === 'created' ? outcome.conversationId : undefined;
    // Without a conversation there is no recording.
    const location = conversationId === undefined ? undefined : bucketLocation(found.facts, values);
    const aws =
      location === undefined
        ? undefined
        : connections.aws(location.region, env, () => undefined, answerTimeoutMs);
    const tavus = connections.tavus({
      apiKey: values.TAVUS_API_KEY ?? '',
      baseUrl: values.TAVUS_API_BASE_URL ?? '',
      proxy: proxyOf(env),
    });
    try {
      const caller = aws === undefined ? undefined : await callerOf(aws, values);
      const own = (bucket: string): OwnBucket | undefined =>
        aws && caller && { s3: aws.s3, bucket, account: caller.account };
      const recordings = location && own(location.bucket);
      return await work({
        id,
        ...found,
        conversationId,
        ledger,
        tavus,
        recordings: aws &&
          recordings &&
          location && { ...recordings, backup: aws.backup, region: location.region },
        holds:
          values.RECORDINGS_HOLDS_BUCKET_NAME === undefined
            ? undefined
            : own(values.RECORDINGS_HOLDS_BUCKET_NAME),
        prefix: `${RECORDING_KEY_PREFIX}${conversationId ?? found.startId}/`,
        by: defined({ aws: caller?.arn, entra: await signedInAs() }),
        now: connections.now,
        mask: maskOf([values.TAVUS_API_KEY ?? '']),
        say,
      });
    } finally {
      aws?.close();
      await tavus.close();
    }
  });
}

function readValues(env: NodeJS.ProcessEnv): TargetSettings {
  const { values, malformed, missing } = readSettings({ names: NAMES, textOf: (name) => env[name] });
  const faults = [...malformed, ...missing.map(missingFault)];
  if (faults.length === 0) return values;
  throw new CommandRefused(
    faults.map((fault) =>
      problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) }),
    ),
  );
}

const underWay = (id: string): string =>
  problem({
    name: 'id',
    wrong: 'this start is still running',
    got: id,
    why: 'Its conversation would remain.',
    fix: 'Try again in five minutes.',
  });

interface StorageBucket {
  readonly bucket: string;
  readonly region: string;
}

/** The storage at the time of the start counts, not the current settings. */
function bucketLocation(facts: readonly Fact[], values: TargetSettings): StorageBucket | undefined {
  const { TAVUS_RECORDING_S3_BUCKET_NAME: bucket, TAVUS_RECORDING_S3_BUCKET_REGION: region } = values;
  const configured = bucket === undefined || region === undefined ? undefined : { bucket, region };
  return factOf(facts, 'expected')?.storage ?? configured;
}

interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** The AWS caller, who must belong to the account of the bucket. */
async function callerOf({ sts }: AwsClients, values: TargetSettings): Promise<Caller> {
  const answer = await callerIdentity(sts);
  if (answer.kind !== 'is') throw new CommandRefused([unknownCaller(answer)]);
  const owner = accountOfRole(values.TAVUS_AWS_ASSUME_ROLE_ARN ?? '');
  if (owner === undefined || owner === answer.value.account) return answer.value;
  throw new CommandRefused([
    problem({
      name: 'AWS',
      wrong: 'the credentials belong to another account than the bucket',
      got: maskAccount(answer.value.account),
      why: 'They cannot read the bucket.',
      fix: 'Set AWS_PROFILE to a profile that assumes the eraser role of that account.',
    }),
  ]);
}

const unknownCaller = (answer: Exclude<AwsAnswer<unknown>, { kind: 'is' }>): string =>
  problem({
    name: 'AWS',
    wrong: 'the caller is unknown',
    got: answer.kind === 'unanswered' ? answer.reason : answer.kind,
    why: 'A receipt names the operator.',
    fix: (answer.kind === 'unanswered' ? answer.fix : undefined) ?? 'Try again.',
  });
