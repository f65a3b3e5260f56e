import type { Browser } from 'playwright-core';
import * as z from 'zod';

const SEEN = z.object({
  /** Why the browser cannot play it. */
  error: z.string().optional(),
  seconds: z.number(),
  width: z.number(),
  /** Brightest point of all pictures looked at, 0 to 255. */
  brightest: z.number(),
  /** Loudest sample, 0 to 1; undefined: the browser finds no sound in it. */
  loudest: z.number().optional(),
});

/** What a browser makes of a recording. */
export type Media = z.output<typeof SEEN>;

/** Plays bytes in a video element, muted, and looks at picture and sound. */
export async function examine(browser: Browser, bytes: Uint8Array): Promise<Media> {
  const page = await browser.newPage();
  try {
    return SEEN.parse(await page.evaluate(scriptFor(Buffer.from(bytes).toString('base64'))));
  } finally {
    await page.close();
  }
}

/** As text, because what runs in the page is no part of this program: its types have no DOM. */
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
    // A recorder that streams does not know the end; a seek beyond it makes the browser look for it.
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
