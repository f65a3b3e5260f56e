import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BackupClient } from '@aws-sdk/client-backup';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { Fact } from '../../../app/ledger/facts';
import { Ledger } from '../../../app/ledger/ledger';
import { openLedgerFile } from '../../../app/ledger/ledger-file';
import type { Store } from '../../../app/ledger/store';
import { writeSummary } from '../../../app/ledger/summary';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import type { AwsClients } from '../../../ops/aws/clients';
import { CONNECTIONS, type TargetConnections } from '../../../ops/erase/target';
import { erasingTavus } from '../../../ops/erase/tavus';
import { startSimulator, type Simulator } from '../../../local/tavus/simulator';
import { DEFAULT_API_KEY } from '../../../local/tavus/options';
import { assume, OWNER, REGION, startTestEmulator, type TestEmulator } from '../../local/aws/support';
import { FakeCloud } from '../../local/tavus/fake-cloud';

export const BUCKET = 'acme-recordings';
export const HOLDS = 'acme-holds';
export const START = 'ab'.repeat(16);
export const NAME = 'Interview with Ada Lovelace';
/** A key with personal data. */
export const ODD = 'notes about Ada & <others>.txt';

/** The command's rights, restated from the stack's policy instead of imported. */
export const ERASER_POLICY = [
  {
    Effect: 'Allow',
    Action: [
      's3:GetBucketLogging',
      's3:GetBucketObjectLockConfiguration',
      's3:GetInventoryConfiguration',
      's3:GetReplicationConfiguration',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:ListBucketVersions',
    ],
    Resource: `arn:aws:s3:::${BUCKET}`,
  },
  {
    Effect: 'Allow',
    Action: [
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:GetObjectLegalHold',
      's3:GetObjectRetention',
    ],
    Resource: `arn:aws:s3:::${BUCKET}/tavus/*`,
  },
  { Effect: 'Allow', Action: 'backup:ListRecoveryPointsByResource', Resource: '*' },
  {
    Effect: 'Allow',
    Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
    Resource: `arn:aws:s3:::${HOLDS}`,
  },
  {
    Effect: 'Allow',
    Action: [
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListMultipartUploadParts',
      's3:PutObject',
    ],
    Resource: `arn:aws:s3:::${HOLDS}/*`,
  },
];

/** Passes a request on, or not. */
export type Gate = <T>(request: string, send: () => Promise<T>) => Promise<T>;

const OPEN: Gate = (_, send) => send();

/** An emulated AWS with a bucket for recordings, one for holds and the eraser role, and a simulated Tavus. */
export interface ErasureScene {
  readonly s3: S3Client;
  readonly simulator: Simulator;
  /** The connections of the operator's command. @param gate called for each request to S3 and Tavus */
  readonly connections: (gate?: Gate) => TargetConnections;
  /** Changes the eraser role's rights. @default those of a deployment */
  readonly allow: (statements?: readonly object[]) => Promise<unknown>;
  /** The environment of the operator. */
  readonly env: NodeJS.ProcessEnv;
  readonly stop: () => Promise<void>;
}

export async function startScene(): Promise<ErasureScene> {
  const running: TestEmulator = await startTestEmulator();
  const { emulator } = running;
  const root = clientOptions(emulator, rootOf(emulator, OWNER));
  const s3 = new S3Client(root);
  for (const Bucket of [BUCKET, HOLDS]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  const iam = new IAMClient(root);
  const trust = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${OWNER}:root` } },
  ];
  const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: 'eraser', AssumeRolePolicyDocument: document(trust) }));
  await allow(iam, ERASER_POLICY);
  const session = await assume(emulator, { account: OWNER, role: 'eraser', externalId: null });
  const simulator = await startSimulator({ cloud: new FakeCloud() });
  const asEraser = clientOptions(emulator, session);
  return {
    s3,
    simulator,
    connections: (gate = OPEN) => ({
      ...CONNECTIONS,
      aws: () => eraserClients(asEraser, gate),
      tavus: (address) => {
        const tavus = erasingTavus(address);
        const gated =
          <Args extends readonly unknown[], T>(name: string, call: (...args: Args) => Promise<T>) =>
          async (...args: Args): Promise<T> =>
            gate(name, () => call(...args));
        return {
          close: () => tavus.close(),
          endConversation: gated('Tavus end', (id: string) => tavus.endConversation(id)),
          getConversation: gated('Tavus get', (id: string) => tavus.getConversation(id)),
          deleteConversation: gated('Tavus delete', (id: string) => tavus.deleteConversation(id)),
        };
      },
    }),
    allow: (statements = ERASER_POLICY) => allow(iam, statements),
    env: {
      TAVUS_API_KEY: DEFAULT_API_KEY,
      TAVUS_API_BASE_URL: simulator.apiBaseUrl,
      TAVUS_RECORDING_S3_BUCKET_NAME: BUCKET,
      TAVUS_RECORDING_S3_BUCKET_REGION: REGION,
      TAVUS_AWS_ASSUME_ROLE_ARN: `arn:aws:iam::${OWNER}:role/tavus`,
      RECORDINGS_HOLDS_BUCKET_NAME: HOLDS,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_CA_BUNDLE: emulator.certificateFile,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stop: async () => {
      s3.destroy();
      await simulator.close();
      await running.stop();
    },
  };
}

/** Only the values that the commands use. */
function eraserClients(options: ReturnType<typeof clientOptions>, gate: Gate): AwsClients {
  const s3 = new S3Client(options);
  const backup = new BackupClient(options);
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) =>
        gate(`S3 ${commandName.replace('Command', '')}`, () => next(args)),
    { step: 'initialize' },
  );
  const unused = (): never => {
    throw new Error('not expected');
  };
  return {
    s3,
    sts: new STSClient(options),
    backup,
    close: () => [s3, backup].forEach((client) => client.destroy()),
    kms: unused,
    cloudFormation: unused,
    s3At: unused,
    get iam() {
      return unused();
    },
  };
}

const allow = (iam: IAMClient, Statement: object): Promise<unknown> =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName: 'eraser',
      PolicyName: 'erase',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );

/** A conversation at the simulated Tavus, without a recording. @param isOver whether it is ended at once */
export async function createConversation({ simulator }: ErasureScene, isOver = true): Promise<string> {
  const answer = await fetch(`${simulator.apiBaseUrl}/conversations`, {
    method: 'POST',
    headers: { 'x-api-key': DEFAULT_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ replica_id: 'r_laptop', persona_id: 'p_laptop' }),
  });
  const { conversation_id: id }: { conversation_id: string } = JSON.parse(await answer.text());
  if (isOver) {
    const headers = { 'x-api-key': DEFAULT_API_KEY };
    await fetch(`${simulator.apiBaseUrl}/conversations/${id}/end`, { method: 'POST', headers });
  }
  return id;
}

/** `active` or `ended`, or the status of Tavus's refusal. */
export async function conversationStatus({ simulator }: ErasureScene, id: string): Promise<string> {
  const headers = { 'x-api-key': DEFAULT_API_KEY };
  const answer = await fetch(`${simulator.apiBaseUrl}/conversations/${id}`, { headers });
  const { status = '' }: { status?: string } = JSON.parse(await answer.text());
  return answer.ok ? status : String(answer.status);
}

/** Keys of three recordings of a conversation. */
export const keysOf = (id: string): readonly string[] =>
  [1, 2, 3].map((n) => `tavus/${id}/${1_780_000_000_000 + n}`);

const put = async (s3: S3Client, Key: string, Body: string): Promise<string> =>
  (await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))).VersionId ?? '';

export async function putUpload(s3: S3Client, Key: string): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  await s3.send(new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber: 1, Body: 'a part' }));
  return UploadId ?? '';
}

/** Three recordings, two versions each, a marker, an incomplete upload and an odd key. @returns ids of all */
export async function fill({ s3 }: ErasureScene, id: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const key of keysOf(id)) {
    ids.push(await put(s3, key, 'first'), await put(s3, key, 'second'));
  }
  const [first = '', second = ''] = keysOf(id);
  const marker = await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: first }));
  ids.push(marker.VersionId ?? '', await putUpload(s3, second));
  ids.push(await put(s3, `tavus/${id}/${ODD}`, 'odd'));
  return ids;
}

/** Objects of others, with similar keys. */
export async function fillOthers({ s3 }: ErasureScene, id: string): Promise<void> {
  for (const key of [
    `tavus/${id}`,
    `tavus/${id}0/1780000000001`,
    `tavus/${id.slice(0, -1)}/1780000000001`,
    id,
    `${id}/a`,
  ]) {
    await put(s3, key, 'of somebody else');
  }
  await putUpload(s3, `tavus/${id}0/1780000000002`);
}

/** Ids of all versions, markers and uploads with this key prefix. */
export async function idsBelow(
  { s3 }: ErasureScene,
  Prefix: string,
  Bucket = BUCKET,
): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  return [
    ...[...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId ?? ''),
    ...Uploads.map(({ UploadId }) => UploadId ?? ''),
  ].toSorted();
}

/** Empties both buckets. */
export async function sweep(scene: ErasureScene): Promise<void> {
  const { s3 } = scene;
  for (const Bucket of [BUCKET, HOLDS]) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    for (const { Key, UploadId } of Uploads) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
  }
}

const shutdownAt = (conversationId: string, at: number): Fact => ({
  kind: 'callback',
  at,
  conversationId,
  event: 'system.shutdown',
  timestamp: new Date(at).toISOString(),
  via: 'sent',
  reason: 'end_conversation_endpoint_hit',
});

/** A ledger file with a recorded call of this conversation, including personal data from a page's report. */
export interface KnownCall {
  readonly file: string;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** @param endedMinutesAgo undefined: its end is unknown */
export async function knownCall(id: string, endedMinutesAgo: number | undefined): Promise<KnownCall> {
  const folder = mkdtempSync(path.join(tmpdir(), 'erasing-'));
  const file = path.join(folder, 'ledger.sqlite');
  const store = await openLedgerFile(file, { user: 'backend', warn: () => undefined });
  const ledger = new Ledger(store);
  const at = Date.now() - (endedMinutesAgo ?? 0) * 60_000 - 60_000;
  const endedMs = at + 60_000;
  const expected = {
    kind: 'expected',
    at,
    isRecorded: true,
    storage: { bucket: BUCKET, region: REGION, retentionDays: 30 },
    longestCallSec: 3600,
    absentSec: 300,
    callsBack: true,
  } as const;
  await ledger.expect(START, { expected, person: { kind: 'person', at, of: 'start', name: NAME } }, at);
  const facts: readonly Fact[] = [
    { kind: 'outcome', at, result: 'created', conversationId: id },
    { kind: 'person', at, of: 'page:r1', words: 'no microphone, said Ada' },
    ...(endedMinutesAgo === undefined ? [] : [shutdownAt(id, endedMs)]),
  ];
  for (const fact of facts) await ledger.add(START, fact);
  await ledger.index(START, id, at);
  await writeSummary(ledger, START);
  return {
    file,
    ledger,
    store,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
