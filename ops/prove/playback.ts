import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import type { BackendClient } from './backend-client';
import type { StartedCall } from './call';
import { examine } from './media';
import { StepStopped, type ProofStep } from './steps';

const CONVERSATION = z.object({
  recordings: z.array(
    z.object({
      key: z.string(),
      verified: z.boolean(),
      verification: z.string(),
      duration_sec: z.number().optional(),
      encryption: z.string().optional(),
      expires_at: z.string().optional(),
    }),
  ),
});

/** A recorder may begin and end a little later than the page reports. */
export const TOLERANCE_SEC = 3;

/** Of 255. A picture without a brighter pixel counts as black. */
const MIN_BRIGHTNESS = 40;
/** Of 1. Anything quieter counts as silence. */
const MIN_LOUDNESS = 0.005;

const PLAY_MS = 30_000;
const FETCH_MS = 120_000;

/** Checks, with operator credentials, that the backend has verified the recording in the bucket. */
export const seenStep = (
  backend: BackendClient,
  { conversationId }: StartedCall,
  talkSec: number,
): ProofStep<void> => ({
  id: 'seen',
  about: 'the backend has verified it in the bucket',
  expected: `verified, about ${talkSec} s, encrypted`,
  run: async () => {
    const response = await backend.askAsOperator(`/recordings/api/conversations/${conversationId}`);
    if (!response.ok) {
      throw new StepStopped('failed', `HTTP ${response.status}`, 'Set OPERATOR_KEY of this backend.');
    }
    const [recording] = CONVERSATION.parse(await response.json()).recordings;
    if (recording === undefined) throw new StepStopped('failed', 'no recording is listed');
    const { verified, verification, duration_sec: sec, encryption, expires_at: expires } = recording;
    if (!verified) throw await whyUnverified(backend, verification);
    if (sec === undefined || Math.abs(sec - talkSec) > TOLERANCE_SEC || encryption === undefined) {
      throw new StepStopped('failed', `${sec?.toFixed(1) ?? 'no'} s, encryption ${encryption ?? 'unknown'}`);
    }
    const until = expires === undefined ? '' : `, expires ${expires.slice(0, 10)}`;
    return { found: `verified, ${sec.toFixed(1)} s, encryption ${encryption}${until}`, value: undefined };
  },
});

const ACCESS = z.object({ bucket: z.enum(['readable', 'unreadable', 'no-access']) });

/** Why the backend has not verified an announced recording: skipped without access by choice, failed if its requests fail. */
async function whyUnverified(backend: BackendClient, verification: string): Promise<StepStopped> {
  const response = await backend.askAsOperator('/recordings/api/access');
  const bucket = ACCESS.safeParse(await response.json().catch(() => undefined)).data?.bucket;
  if (bucket === 'no-access') {
    return new StepStopped('skipped', 'the backend has no access to the bucket. Set RECORDINGS_ACCESS.');
  }
  const found = bucket === 'unreadable' ? 'the backend cannot read the bucket' : verification;
  return new StepStopped('failed', found, 'See docs/runbook.md#bucket-unreadable.');
}

export const PLAYS_STEP = {
  id: 'plays',
  about: 'it plays on /recordings, by a link into the bucket',
  expected: 'the video plays',
};

export const MEDIA_STEP = {
  id: 'picture-and-sound',
  about: 'the picture is not black, and there is sound',
  expected: 'the length of the talk, a visible picture, audible sound',
};

const PLAYED = z.object({ url: z.string(), seconds: z.number(), error: z.string().optional() });

/** Runs in the page. Waits until half a second has been played. Text, because this program is compiled without DOM types. */
const WATCH = `new Promise((resolve) => {
  const video = document.querySelector('video');
  const done = (error) => resolve({ url: video.currentSrc, seconds: video.currentTime, error });
  const look = () => { if (video.currentTime > 0.5) done(undefined); };
  video.muted = true;
  video.addEventListener('timeupdate', look);
  setTimeout(() => done(video.error?.message ?? 'it does not play'), ${PLAY_MS});
  video.play().catch(() => undefined);
  look();
})`;

/** Plays it on `/recordings` as an operator does. @returns the page's link to the recording */
export const playsStep = (
  page: Page,
  backend: BackendClient,
  { conversationId }: StartedCall,
): ProofStep<string> => ({
  ...PLAYS_STEP,
  run: async () => {
    await page.goto(`${backend.origin}/recordings/${conversationId}`);
    if (backend.operatorKey !== undefined) {
      await page.getByLabel('Key', { exact: true }).fill(backend.operatorKey);
      await page.getByLabel('Your name').fill('recordings prove');
      await page.keyboard.press('Enter');
    }
    await page.getByRole('button', { name: 'Play', exact: true }).first().click();
    await page.locator('video').first().waitFor();
    const { url, seconds, error } = PLAYED.parse(await page.evaluate(WATCH));
    if (error !== undefined) throw new StepStopped('failed', `${error}, at ${seconds.toFixed(1)} s`);
    return { found: 'it plays', value: url };
  },
});

/** Fetches the recording by that link, without credentials, and checks picture and sound. */
export const mediaStep = (browser: Browser, url: string, talkSec: number): ProofStep<void> => ({
  ...MEDIA_STEP,
  run: async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok) throw new StepStopped('failed', `HTTP ${response.status} from the bucket`);
    const { error, seconds, width, brightest, loudest } = await examine(browser, await bytesOf(response));
    const isRight =
      error === undefined &&
      Math.abs(seconds - talkSec) <= TOLERANCE_SEC &&
      width > 0 &&
      brightest >= MIN_BRIGHTNESS &&
      (loudest ?? 0) >= MIN_LOUDNESS;
    const found =
      error ??
      `${seconds.toFixed(1)} s, ${width} pixels wide, brightness ${brightest} of 255, loudness ${loudest?.toFixed(3) ?? 'none'} of 1`;
    if (!isRight) throw new StepStopped('failed', found);
    return { found, value: undefined };
  },
});

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
