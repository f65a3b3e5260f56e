import type { Deps } from '../../../../app/app';
import { readConfig } from '../../../../app/config';
import type { Fact, FactOf } from '../../../../app/ledger/facts';
import { Ledger } from '../../../../app/ledger/ledger';
import { memoryStore } from '../../../../app/ledger/memory';
import { writeSummary } from '../../../../app/ledger/summary';
import { defined } from '../../../../contract/defined';
import { BUCKET, ON, open, REGION, TestClock, type RunningBackend } from '../../helpers';
import { MemoryBucket } from '../../recordings/memory-bucket';

export const OPERATOR_KEY = 'the-operator-key-of-a-test';
export const START_KEY = 'the-start-key-of-the-test';
export const OPERATED: NodeJS.ProcessEnv = {
  ...ON,
  OPERATOR_KEY,
  START_API_KEY: START_KEY,
  RECORDINGS_ACCESS: 'default-chain',
};
export const AS_OPERATOR = { authorization: `Bearer ${OPERATOR_KEY}` };

/** A start that the ledger knows. */
export interface SeededStart {
  readonly startId: string;
  readonly conversation: string;
  /** Epoch ms. */
  readonly at: number;
  readonly name?: string;
  /** Its bucket. @default the bucket of these tests */
  readonly bucket?: string;
  readonly consent?: NonNullable<FactOf<'expected'>['consent']>;
  /** Later facts. */
  readonly facts?: readonly Fact[];
}

export async function seed(ledger: Ledger, start: SeededStart): Promise<void> {
  const { startId, conversation: conversationId, at, name, bucket = BUCKET, consent, facts = [] } = start;
  const all: readonly Fact[] = [
    {
      kind: 'expected',
      at,
      isRecorded: true,
      ...defined({ consent }),
      storage: { bucket, region: REGION, retentionDays: 30 },
      longestCallSec: 3600,
      absentSec: 300,
      callsBack: true,
    },
    { kind: 'outcome', at: at + 1000, result: 'created', conversationId },
    ...(name === undefined ? [] : [{ kind: 'person', at, of: 'start', name } as const]),
    ...facts,
  ];
  for (const fact of all) await ledger.add(startId, fact);
  await ledger.index(startId, conversationId, at);
  await writeSummary(ledger, startId);
}

export const keyOf = ({ conversation, at }: Pick<SeededStart, 'at' | 'conversation'>): string =>
  `tavus/${conversation}/${at + 5000}`;

/** It was seen intact in the bucket. */
export const seen = (start: SeededStart, versionId: string): FactOf<'seen'> => ({
  kind: 'seen',
  at: start.at + 60_000,
  key: keyOf(start),
  versionId,
  bytes: 4,
  durationSec: 42,
  found: 'intact',
  encryption: 's3',
});

/** The watch judged its recording as missing. */
export const missing = (at: number, cause = 'not-asked'): FactOf<'judged'> => ({
  kind: 'judged',
  at,
  n: 1,
  verdict: 'missing',
  cause,
  evidence: [],
});

export interface OpenedWithLedger extends RunningBackend {
  readonly ledger: Ledger;
  readonly bucket: MemoryBucket;
}

/** A backend for operators, with an empty ledger and an empty bucket. */
export async function openOperated(
  env: NodeJS.ProcessEnv = OPERATED,
  deps: Deps = {},
  apiBaseUrl = 'http://127.0.0.1:1/v2',
): Promise<OpenedWithLedger> {
  const store = memoryStore();
  const clock = new TestClock();
  const bucket = new MemoryBucket(() => clock.now());
  const mayLook = readConfig(env).access !== undefined;
  const backend = await open(apiBaseUrl, env, {
    store,
    clock,
    assetsDir: 'none',
    ...(mayLook && { recordings: bucket }),
    ...deps,
  });
  return { ...backend, clock, ledger: new Ledger(store), bucket };
}
