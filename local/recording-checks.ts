import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from './aws/clients';
import type { Emulator } from './aws/emulator';
import type { Outcome } from './conversation';
import { at, textOf } from './json';
import type { Encryption } from './options';
import { check, type ReportCheck } from './checks';

/** The least that a recording of the laptop weighs, so that it takes three parts of a multipart upload. */
const LEAST_BYTES = 12 * 1024 * 1024;

/** One object of the bucket, read back. */
interface Stored {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly brand: string;
  readonly parts: number;
  readonly encryption: string;
  readonly versionId: string | undefined;
}

/** Everything in the bucket, read as its owner. */
async function storedObjects(emulator: Emulator, bucket: string): Promise<Stored[]> {
  const s3 = new S3Client(clientOptions(emulator, rootOf(emulator, emulator.account)));
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

/** What was asked for, what was recorded, and what is in the bucket. */
export async function recordingChecks(
  emulator: Emulator,
  bucket: string,
  outcome: Outcome,
  encryption: Encryption,
): Promise<ReportCheck[]> {
  const objects = await storedObjects(emulator, bucket);
  const asked = [
    check(
      'simulator',
      'create',
      'conversation: created with bucket, region, role',
      'HTTP 200',
      outcome.refusal === undefined ? `HTTP ${outcome.status}` : `HTTP ${outcome.status} ${outcome.refusal}`,
    ),
    ...(outcome.conversationId === undefined
      ? []
      : [
          check(
            'simulator',
            'not-by-itself',
            'recording: before startRecording()',
            '0',
            String(outcome.recordingsBeforeStart),
          ),
          check(
            'simulator',
            'room-events',
            'recording: what the browser hears',
            'recording-started, recording-stopped',
            outcome.roomEvents.filter((action) => action.startsWith('recording-')).join(', ') || 'nothing',
          ),
        ]),
    check('emulator', 'landed', 'bucket: recordings in it', '1', String(objects.length)),
  ];
  const [object] = objects;
  return object === undefined ? asked : [...asked, ...landedChecks(object, outcome, encryption)];
}

/** What holds of a recording that is in the bucket. */
function landedChecks(object: Stored, outcome: Outcome, encryption: Encryption): ReportCheck[] {
  const { sent, callback, conversationId = '' } = outcome;
  const keyForm = new RegExp(`^tavus/${conversationId}/\\d{13}$`);
  return [
    check(
      'simulator',
      'key',
      'recording: key',
      'tavus/<conversation>/<epoch ms>',
      keyForm.test(object.key) ? 'tavus/<conversation>/<epoch ms>' : object.key,
    ),
    check(
      'emulator',
      'bytes',
      'recording: bytes, against those sent',
      short(sent?.sha256),
      short(object.sha256),
    ),
    check(
      'simulator',
      'size',
      'recording: size',
      '>= 12 MiB',
      object.bytes >= LEAST_BYTES ? '>= 12 MiB' : `${object.bytes} bytes`,
    ),
    check(
      'emulator',
      'multipart',
      'recording: parts of the upload',
      `${sent?.parts ?? 0} (3 or more)`,
      `${object.parts} ${object.parts >= 3 ? '(3 or more)' : '(too few)'}`,
    ),
    check('simulator', 'mp4', 'recording: begins like MP4', 'ftyp', object.brand),
    check(
      'emulator',
      'encrypted',
      'recording: encrypted',
      encryption === 'kms' ? 'aws:kms' : 'AES256',
      object.encryption,
    ),
    check(
      'emulator',
      'version',
      'recording: version',
      'has one',
      object.versionId === undefined ? 'has none' : 'has one',
    ),
    check(
      'simulator',
      'callback',
      'recording_ready names the key',
      object.key,
      callback === undefined ? 'no callback' : textOf(at(callback.properties, 's3_key')),
    ),
  ];
}
