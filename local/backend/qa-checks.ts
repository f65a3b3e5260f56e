import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Browser } from 'playwright-core';
import { clientOptions, rootOf } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import { roomOf } from '../conversation';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import { play, TALK_SECONDS, type Visit } from './visit';

/** A recorder may begin and end a little after the page says so. */
const DURATION_TOLERANCE_SECONDS = 2;

/** What became of the recording that a browser made through /qa. */
export async function qaChecks(
  emulator: Emulator,
  simulator: Simulator,
  bucket: string,
  browser: Browser,
  visit: Visit,
): Promise<ReportCheck[]> {
  const bytes = await storedBytes(emulator, bucket, visit.key);
  const seen = [
    check('simulator', 'qa-recording', '/qa: what it announces', 'Recording', visit.announced),
    check('simulator', 'qa-saved', '/qa: what it says in the end', 'Saved, says Tavus', visit.outcome),
    check(
      'emulator',
      'qa-object',
      '/qa: its key in the bucket',
      'an object',
      bytes === undefined ? 'nothing' : 'an object',
    ),
  ];
  if (bytes === undefined) return seen;
  const [, conversationId = ''] = visit.key.split('/');
  const { recordings } = await roomOf(simulator, conversationId);
  const sent = recordings.find(({ key }) => key === visit.key)?.sha256?.slice(0, 12) ?? 'unknown';
  const { error, seconds, width } = await play(browser, bytes);
  const isRight = Math.abs(seconds - TALK_SECONDS) <= DURATION_TOLERANCE_SECONDS && width > 0;
  const about = `a picture for about ${TALK_SECONDS} s`;
  return [
    ...seen,
    check(
      'emulator',
      'qa-bytes',
      '/qa: bytes, against those sent',
      `sha256 ${sent}`,
      `sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`,
    ),
    check(
      'simulator',
      'qa-plays',
      '/qa: plays in that browser',
      about,
      isRight ? about : (error ?? `${seconds.toFixed(1)} s, ${width} pixels wide`),
    ),
  ];
}

async function storedBytes(emulator: Emulator, bucket: string, key: string): Promise<Uint8Array | undefined> {
  if (key === '') return undefined;
  const s3 = new S3Client(clientOptions(emulator, rootOf(emulator, emulator.account)));
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await body?.transformToByteArray();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}
