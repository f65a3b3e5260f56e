import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import type { Backend } from './backend';
import type { StartedCall } from './call';
import { examine } from './media';
import { StepStopped, type Step } from './steps';

const ONE = z.object({
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

/** A recorder may begin and end a little after the page says so. */
export const TOLERANCE_SEC = 3;

/** Of 255; darker than this everywhere is a black picture. */
const LEAST_BRIGHTNESS = 40;
/** Of 1; quieter is silence. */
const LEAST_LOUDNESS = 0.005;

const PLAY_MS = 30_000;
const FETCH_MS = 120_000;

/** What an operator reads of the recording: that the backend looked at it in the bucket. */
export const seenStep = (backend: Backend, { conversationId }: StartedCall, talkSec: number): Step<void> => ({
  id: 'seen',
  about: 'the backend has looked at it in the bucket',
  expected: `verified, about ${talkSec} s, encrypted`,
  run: async () => {
    const response = await backend.askAsOperator(`/recordings/api/conversations/${conversationId}`);
    if (!response.ok) {
      throw new StepStopped('failed', `HTTP ${response.status}`, 'Give the OPERATOR_KEY of this backend.');
    }
    const [recording] = ONE.parse(await response.json()).recordings;
    if (recording === undefined) throw new StepStopped('failed', 'no recording is listed');
    const { verified, verification, duration_sec: sec, encryption, expires_at: expires } = recording;
    if (!verified) throw await unseen(backend, verification);
    if (sec === undefined || Math.abs(sec - talkSec) > TOLERANCE_SEC || encryption === undefined) {
      throw new StepStopped('failed', `${sec?.toFixed(1) ?? 'no'} s, encryption ${encryption ?? 'unknown'}`);
    }
    const until = expires === undefined ? '' : `, expires ${expires.slice(0, 10)}`;
    return { found: `verified, ${sec.toFixed(1)} s, encryption ${encryption}${until}`, value: undefined };
  },
});

const ACCESS = z.object({ bucket: z.enum(['readable', 'unreadable', 'no-access']) });

/** Why the backend has not verified what Tavus announced: it has no access by choice, or its requests fail. */
async function unseen(backend: Backend, verification: string): Promise<StepStopped> {
  const response = await backend.askAsOperator('/recordings/api/access');
  const bucket = ACCESS.safeParse(await response.json().catch(() => undefined)).data?.bucket;
  if (bucket === 'no-access') {
    return new StepStopped('skipped', 'the backend has no access to the bucket. Set RECORDINGS_ACCESS.');
  }
  const found = bucket === 'unreadable' ? 'the backend cannot read the bucket' : verification;
  return new StepStopped('failed', found, 'See docs/runbook.md#bucket-unreadable.');
}

export const PLAYS = {
  id: 'plays',
  about: 'it plays on /recordings, by a link into the bucket',
  expected: 'a picture that goes on',
};

export const MEDIA = {
  id: 'picture-and-sound',
  about: 'the picture is not black, and there is sound',
  expected: 'the length of the talk, light and sound',
};

const PLAYED = z.object({ url: z.string(), seconds: z.number(), error: z.string().optional() });

/** In the page, as text: the types of this program have no DOM. Waits until half a second has been played. */
const WATCH = `new Promise((resolve) => {
  const video = document.querySelector('video');
  const done = (error) => resolve({ url: video.currentSrc, seconds: video.currentTime, error });
  const look = () => { if (video.currentTime > 0.5) done(undefined); };
  video.muted = true;
  video.addEventListener('timeupdate', look);
  setTimeout(() => done(video.error?.message ?? 'it does not go on'), ${PLAY_MS});
  video.play().catch(() => undefined);
  look();
})`;

/** Plays it on `/recordings` as an operator does. @returns the link that the page was given */
export const playsStep = (page: Page, backend: Backend, { conversationId }: StartedCall): Step<string> => ({
  ...PLAYS,
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

/** Fetches it by that link, without credentials, and looks at picture and sound. */
export const mediaStep = (browser: Browser, url: string, talkSec: number): Step<void> => ({
  ...MEDIA,
  run: async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok) throw new StepStopped('failed', `HTTP ${response.status} from the bucket`);
    const { error, seconds, width, brightest, loudest } = await examine(browser, await bytesOf(response));
    const isRight =
      error === undefined &&
      Math.abs(seconds - talkSec) <= TOLERANCE_SEC &&
      width > 0 &&
      brightest >= LEAST_BRIGHTNESS &&
      (loudest ?? 0) >= LEAST_LOUDNESS;
    const found =
      error ??
      `${seconds.toFixed(1)} s, ${width} pixels wide, brightness ${brightest} of 255, loudness ${loudest?.toFixed(3) ?? 'none'} of 1`;
    if (!isRight) throw new StepStopped('failed', found);
    return { found, value: undefined };
  },
});

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
