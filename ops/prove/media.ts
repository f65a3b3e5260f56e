import type { Browser } from 'playwright-core';
import * as z from 'zod';

const SEEN = z.object({
  /** Error of the video element. */
  error: z.string().optional(),
  seconds: z.number(),
  width: z.number(),
  /** Highest colour value of a pixel in the sampled pictures, 0 to 255. */
  brightest: z.number(),
  /** Loudest sample, 0 to 1; undefined: the browser cannot decode sound. */
  loudest: z.number().optional(),
});

/** A recording as measured by a browser. */
export type Media = z.output<typeof SEEN>;

/** Plays the bytes in a muted video element, and measures picture and sound. */
export async function examine(browser: Browser, bytes: Uint8Array): Promise<Media> {
  const page = await browser.newPage();
  try {
    return SEEN.parse(await page.evaluate(scriptFor(Buffer.from(bytes).toString('base64'))));
  } finally {
    await page.close();
  }
}

/** Text, because it runs in the page: this program is compiled without DOM types. */
const scriptFor = (base64: string): string => `(async () => {
  const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (c) => c.charCodeAt(0));
  const video = document.createElement('video');
  video.muted = true;
  const failed = new Promise((resolve) => video.addEventListener('error', () => resolve(video.error.message)));
  const event = (name) => new Promise((resolve) => video.addEventListener(name, () => resolve(undefined), { once: true }));
  const loaded = event('loadeddata');
  video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
  let error = await Promise.race([loaded, failed]);
  if (error !== undefined) return { error, seconds: 0, width: 0, brightest: 0 };
  if (!Number.isFinite(video.duration)) {
    // A streamed recording has no duration; seeking beyond the end makes the browser find it.
    const sought = event('seeked');
    video.currentTime = 1e6;
    await Promise.race([sought, failed]);
  }
  const seconds = Number.isFinite(video.duration) ? video.duration : video.currentTime;
  const canvas = new OffscreenCanvas(64, 36);
  const context = canvas.getContext('2d');
  let brightest = 0;
  for (const part of [0.2, 0.5, 0.8]) {
    const sought = event('seeked');
    video.currentTime = seconds * part;
    error = await Promise.race([sought, failed]);
    if (error !== undefined) return { error, seconds, width: 0, brightest: 0 };
    context.drawImage(video, 0, 0, 64, 36);
    const pixels = context.getImageData(0, 0, 64, 36).data;
    for (let at = 0; at < pixels.length; at += 4) brightest = Math.max(brightest, pixels[at], pixels[at + 1], pixels[at + 2]);
  }
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes.buffer.slice(0)).catch(() => undefined);
  const loudest = sound?.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return { seconds, width: video.videoWidth, brightest, loudest };
})()`;
