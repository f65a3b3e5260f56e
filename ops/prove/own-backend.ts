import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import type { FactOf } from '../../app/ledger/facts';
import { lookInto } from '../../app/recordings/look';
import { CONSENT_TEXT_VERSIONS } from '../../contract/consent-text';
import { defined } from '../../contract/defined';
import { ProblemsError } from '../../contract/problem';
import type { OperatorBucket } from '../ledger/operator-bucket';
import type { BackendClient, CallStatus } from './backend-client';
import { START_PATH, type StartedCall } from './call';
import { awaitLanding, type LandingOptions } from './landing';
import { openOwnPage, talkOnOwnPage, type CallRoom } from './own-page';
import { MEDIA_STEP, mediaStep, PLAYS_STEP, TOLERANCE_SEC } from './playback';
import { StepStopped, type ProofStep, type StepRunner } from './steps';
import { readStart, type QaVisitOptions } from './visit';

/** Options of {@link proveOwnBackend}. */
export interface OwnBackendOptions extends LandingOptions {
  readonly backend: BackendClient;
  readonly talkSec: number;
  /** Opens the bucket with the operator's own AWS credentials. @throws ProblemsError when the settings do not name it */
  readonly openBucket?: (() => OperatorBucket) | undefined;
  readonly browser: Browser;
  readonly page: Page;
  readonly visit: QaVisitOptions;
  /** Ends the call. */
  readonly end: () => Promise<void>;
}

const ROOM = z.object({ conversation_url: z.string(), meeting_token: z.string().optional() });

/** A backend may wait this long for Tavus. */
const START_MS = 60_000;

const SEEN = {
  id: 'seen',
  about: "the proof verifies it in the bucket, with the operator's AWS credentials",
};

/**
 * Proves a backend without `/qa`: starts through `POST /tavus/start`, joins with the proof's own page, and waits for the
 * recording through `/tavus/status` if the backend has this route, or else in the bucket. Steps without a route are skipped.
 */
export async function proveOwnBackend(
  own: OwnBackendOptions,
  steps: StepRunner,
  onLanded: (status: CallStatus) => void,
): Promise<void> {
  const { call, room } = await steps.run(startStep(own));
  await steps.run(talkStep(own, room));
  await own.end();
  const bucket = openedBucket(own);
  try {
    onLanded(await steps.run(landedStep(own, call, bucket)));
    steps.skip(PLAYS_STEP, 'this backend has no /recordings');
    const seen = { ...SEEN, expected: `intact, about ${own.talkSec} s, encrypted` };
    if ('problem' in bucket) {
      steps.skip(seen, bucket.problem);
      steps.skip(MEDIA_STEP, bucket.problem);
      return;
    }
    const key = await steps.run(seenStep(own, call, bucket, seen));
    const { url } = await bucket.bucket.link(key);
    await steps.run(mediaStep(own.browser, url, own.talkSec));
  } finally {
    if (!('problem' in bucket)) bucket.bucket.close();
  }
}

type BucketOrProblem = OperatorBucket | { readonly problem: string };

function openedBucket({ openBucket }: OwnBackendOptions): BucketOrProblem {
  if (openBucket === undefined) return { problem: 'the proof does not read the bucket' };
  try {
    return openBucket();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return { problem: `neither the environment nor --env-file names the bucket: ${error.message}` };
  }
}

const startStep = ({
  backend,
  visit,
}: OwnBackendOptions): ProofStep<{ readonly call: StartedCall; readonly room: CallRoom }> => ({
  id: 'start',
  about: `POST ${START_PATH} starts a conversation, as docs/openapi.json says`,
  expected: 'a recorded conversation',
  run: async () => {
    const { startKey, onStarted } = visit;
    const response = await backend.ask(START_PATH, {
      method: 'POST',
      signal: AbortSignal.timeout(START_MS),
      headers: {
        'content-type': 'application/json',
        ...defined({ authorization: startKey && `Bearer ${startKey}` }),
      },
      body: JSON.stringify({
        conversation_name: 'recordings prove',
        recording: true,
        // Only a test picture is recorded, no person.
        consent: {
          text_version: CONSENT_TEXT_VERSIONS[0],
          accepted_at: new Date().toISOString(),
          locale: 'en',
        },
        ...defined({ proof: backend.isOperator || undefined }),
      }),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const call = readStart({ status: response.status, body }, onStarted);
    const { conversation_url: url, meeting_token: token } = ROOM.parse(body);
    return { found: call.conversationId, value: { call, room: { url, ...defined({ token }) } } };
  },
});

const talkStep = ({ page, visit }: OwnBackendOptions, room: CallRoom): ProofStep<void> => ({
  id: 'talk',
  about: `the proof's own page joins and calls recordWhenJoined; ${visit.talkSec} s of talk`,
  expected: 'the room reports that it records',
  run: async () => {
    await openOwnPage(page);
    await talkOnOwnPage(page, room, visit);
    return { found: 'it records', value: undefined };
  },
});

const landedStep = (
  own: OwnBackendOptions,
  call: StartedCall,
  bucket: BucketOrProblem,
): ProofStep<CallStatus> => ({
  id: 'landed',
  about: 'the recording lands in the bucket',
  expected: 'announced or landed, by /tavus/status; or else an object in the bucket',
  run: async () => {
    // An error means that the backend has no such route.
    if ((await own.backend.status(call).catch(() => undefined)) !== undefined) {
      const value = await awaitLanding(own.backend, call, own);
      return { found: `${value.recording}, by /tavus/status`, value };
    }
    if ('problem' in bucket) {
      throw new StepStopped(
        'not-tried',
        `this backend has no /tavus/status, and ${bucket.problem}`,
        'Set the three TAVUS_ settings of the bucket with --env-file, and use AWS credentials of its account.',
      );
    }
    const { key, bytes } = await awaitSeen(own, call, bucket);
    const recordings = [{ key, verified: true, ...defined({ size: bytes }) }];
    return { found: `${key}, ${bytes ?? 'no'} bytes`, value: { recording: 'landed', recordings } };
  },
});

const seenStep = (
  own: OwnBackendOptions,
  call: StartedCall,
  bucket: OperatorBucket,
  step: Pick<ProofStep<string>, 'id' | 'about' | 'expected'>,
): ProofStep<string> => ({
  ...step,
  run: async () => {
    const { key, found, why, durationSec: sec, encryption } = await awaitSeen(own, call, bucket);
    const words = `${found}${why === undefined ? '' : ` (${why})`}, ${sec?.toFixed(1) ?? 'unknown'} s, encryption ${encryption ?? 'unknown'}`;
    const isRight =
      found === 'intact' && encryption !== undefined && Math.abs((sec ?? 0) - own.talkSec) <= TOLERANCE_SEC;
    if (!isRight) throw new StepStopped('failed', words);
    return { found: words, value: key };
  },
});

const LOOK_AGAIN_MS = 2_000;

/** Reads the bucket until it has a recording of this call. @throws StepStopped when it cannot be read, or the time is over */
async function awaitSeen(
  { mostMs, signal, onState }: LandingOptions,
  { conversationId }: StartedCall,
  { bucket, name }: OperatorBucket,
): Promise<FactOf<'seen'>> {
  const endMs = performance.now() + mostMs;
  onState(`reading ${name}`);
  for (;;) {
    const look = await lookInto(bucket, { conversationId, facts: [], nowMs: Date.now() });
    if (look.kind === 'unreadable') {
      const fix = 'Set AWS_PROFILE to a profile that may read the bucket; the doctor names missing rights.';
      throw new StepStopped('not-tried', `${name} cannot be read: ${look.reason}`, fix);
    }
    const [seen] = look.facts;
    if (seen !== undefined) return seen;
    if (performance.now() > endMs) {
      const uploads = look.uploads.length === 0 ? '' : `, and ${look.uploads.length} uploads are incomplete`;
      const fix = 'See docs/runbook.md#not-announced.';
      throw new StepStopped(
        'failed',
        `no recording in ${name} after ${Math.round(mostMs / 60_000)} min${uploads}`,
        fix,
      );
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}
