import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';

/** How long a person talks in the browser's recording. */
export const TALK_SECONDS = 5;

const STEP_MS = 30_000;

/** What a person at the page saw. */
export interface Visit {
  /** The words under "Conversation over". */
  readonly outcome: string;
  /** The key that the page shows when it says "Saved"; one, because it has recorded once. */
  readonly key: string;
  /** What the page announced of its recording once that was settled. */
  readonly announced: string;
}

/** Goes through /qa as a person does: gives the key, checks the devices, agrees, talks, ends, and waits for word of the recording. */
export async function visitQa(browser: Browser, url: string, startKey: string): Promise<Visit> {
  const page = await browser.newPage();
  page.setDefaultTimeout(STEP_MS);
  try {
    await page.goto(url);
    await page.getByLabel('Key').fill(startKey);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Check camera and microphone' }).click();
    await page.getByRole('radio', { name: /^Yes, record it/ }).check();
    await page.getByRole('button', { name: 'Start conversation' }).click();
    const announced = await settledRecordingLine(page);
    // The one wait that is no waiting for something: a recording takes as long as it takes.
    await pause(TALK_SECONDS * 1000);
    await page.getByRole('button', { name: 'End', exact: true }).click();
    const outcome = page.locator('[data-text=outcomeTitle]');
    await outcome
      .filter({ hasText: /^(?:Saved.*|Nothing has arrived yet|Not recorded|Not announced|Missing)$/ })
      .waitFor();
    return {
      outcome: await outcome.innerText(),
      key: (await page.locator('#recordings .code').allInnerTexts())[0] ?? '',
      announced,
    };
  } finally {
    await page.close();
  }
}

/** What the page says when it records, or knows that it doesn't. */
async function settledRecordingLine(page: Page): Promise<string> {
  const line = page.locator('[data-text=recordingLine]');
  const settled = /^(?:Recording|Recording refused|Recording failed|Not recorded)$/;
  await line.filter({ hasText: settled }).waitFor();
  return line.innerText();
}

/** How a recording plays in that browser, or why it doesn't. */
interface Playback {
  readonly error?: string;
  readonly seconds: number;
  readonly width: number;
}

/** Plays bytes in a video element, muted, and reads its duration. */
export async function play(browser: Browser, bytes: Uint8Array): Promise<Playback> {
  const page = await browser.newPage();
  try {
    // As text, because what runs in the page is no part of this program: its types have no DOM.
    const script = `(async () => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(Buffer.from(bytes).toString('base64'))}), (c) => c.charCodeAt(0));
      const video = document.createElement('video');
      video.muted = true;
      const failed = new Promise((resolve) => video.addEventListener('error', () => resolve(video.error.message)));
      const event = (name) => new Promise((resolve) => video.addEventListener(name, () => resolve(undefined), { once: true }));
      const loaded = event('loadeddata');
      video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
      let error = await Promise.race([loaded, failed]);
      if (error !== undefined) return { error, seconds: 0, width: 0 };
      const playing = event('timeupdate');
      await video.play();
      error = await Promise.race([playing, failed]);
      if (error !== undefined) return { error, seconds: 0, width: 0 };
      if (!Number.isFinite(video.duration)) {
        // A recorder that streams does not know the end; a seek beyond it makes the browser look for it.
        const sought = event('seeked');
        video.currentTime = 1e6;
        await Promise.race([sought, failed]);
      }
      const seconds = Number.isFinite(video.duration) ? video.duration : video.currentTime;
      return { seconds, width: video.videoWidth };
    })()`;
    return await page.evaluate<Playback>(script);
  } finally {
    await page.close();
  }
}
