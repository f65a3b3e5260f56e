import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { rootClientOptions } from './aws/clients';
import type { Emulator } from './aws/emulator';
import type { ConversationOutcome } from './conversation';
import { at, textOf } from './json';
import type { Encryption } from './options';
import { check, type ReportCheck } from './checks';

/** Enough for three parts of a multipart upload. */
const MIN_BYTES = 12 * 1024 * 1024;

/** An object of the bucket, as it was read back. */
interface StoredRecording {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly brand: string;
  readonly parts: number;
  readonly encryption: string;
  readonly versionId: string | undefined;
}

/** All objects in the bucket, read with root credentials. */
async function readObjects(emulator: Emulator, bucket: string): Promise<StoredRecording[]> {
  const s3 = new S3Client(rootClientOptions(emulator));
  const { Versions: versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  return Promise.all(
    versions.map(async ({ Key: key = '' }) => {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = await (object.Body?.transformToByteArray() ?? new Uint8Array());
      return {
        key,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        brand: Buffer.from(bytes.subarray(4, 8)).toString('latin1'),
        parts: Number(/-(\d+)"?$/.exec(object.ETag ?? '')?.[1] ?? 1),
        encryption: object.ServerSideEncryption ?? 'none',
        versionId: object.VersionId,
      };
    }),
  );
}

const short = (sha256: string | null | undefined): string => `sha256 ${sha256?.slice(0, 12) ?? 'unknown'}`;

/** Checks of the conversation, and of its recording in the bucket. */
export async function recordingChecks(
  emulator: Emulator,
  bucket: string,
  outcome: ConversationOutcome,
  encryption: Encryption,
): Promise<ReportCheck[]> {
  const objects = await readObjects(emulator, bucket);
  const conversation = [
    check(
      'create',
      'HTTP 200',
      outcome.refusal === undefined ? `HTTP ${outcome.status}` : `HTTP ${outcome.status} ${outcome.refusal}`,
    ),
    ...(outcome.conversationId === undefined
      ? []
      : [
          check('not-by-itself', '0', String(outcome.recordingsBeforeStart)),
          check(
            'room-events',
            'recording-started, recording-stopped',
            outcome.roomEvents.filter((action) => action.startsWith('recording-')).join(', ') || 'nothing',
          ),
        ]),
    check('landed', '1', String(objects.length)),
  ];
  const [object] = objects;
  return object === undefined
    ? conversation
    : [...conversation, ...landedChecks(object, outcome, encryption)];
}

/** Checks of a recording that is in the bucket. */
function landedChecks(
  object: StoredRecording,
  outcome: ConversationOutcome,
  encryption: Encryption,
): ReportCheck[] {
  const { sent, callback, conversationId = '' } = outcome;
  const keyForm = new RegExp(`^tavus/${conversationId}/\\d{13}$`);
  return [
    check(
      'key',
      'tavus/<conversation>/<epoch ms>',
      keyForm.test(object.key) ? 'tavus/<conversation>/<epoch ms>' : object.key,
    ),
    check('bytes', short(sent?.sha256), short(object.sha256)),
    check('size', '>= 12 MiB', object.bytes >= MIN_BYTES ? '>= 12 MiB' : `${object.bytes} bytes`),
    check(
      'multipart',
      `${sent?.parts ?? 0} (3 or more)`,
      `${object.parts} ${object.parts >= 3 ? '(3 or more)' : '(too few)'}`,
    ),
    check('mp4', 'ftyp', object.brand),
    check('encrypted', encryption === 'kms' ? 'aws:kms' : 'AES256', object.encryption),
    check('version', 'has one', object.versionId === undefined ? 'has none' : 'has one'),
    check(
      'callback',
      object.key,
      callback === undefined ? 'no callback' : textOf(at(callback.properties, 's3_key')),
    ),
  ];
}
