import { createServer, type Server } from 'node:http';
import { build } from 'esbuild';
import type { Browser, Frame, Page } from 'playwright-core';
import { systemClock } from '../../../local/tavus/simulator-clock';
import type { SimulatorOptions } from '../../../local/tavus/options';
import { bench, listenOn, RECORDED, type Bench, type RoomView } from './helpers';

/** An embedding page: the real daily-js, one frame, and a list of the events. */
const SCRIPT = `
import Daily from '@daily-co/daily-js';
import { recordWhenJoined } from '../../../app/qa/record-when-joined';
window.recordWhenJoined = recordWhenJoined;
window.events = [];
window.call = Daily.createFrame(document.body);
for (const name of ['joined-meeting', 'left-meeting', 'error', 'participant-joined', 'participant-left',
  'participant-updated', 'recording-started', 'recording-stopped', 'recording-error']) {
  window.call.on(name, (event) => window.events.push(event));
}`;

export interface DailyEvent {
  readonly action: string;
  readonly [field: string]: unknown;
}

/** Serves the embedding page. */
export async function serveEmbedder(): Promise<{ url: string; server: Server }> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: __dirname },
    bundle: true,
    write: false,
    logLevel: 'silent',
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    const page =
      request.url === '/' ? '<!doctype html><body><script src="/page.js"></script>' : '<!doctype html>';
    response.end(isScript ? script : page);
  });
  return { url: `http://localhost:${await listenOn(server)}/`, server };
}

/** A browser tab that embeds the room of a new conversation. */
export interface Tab {
  readonly bench: Bench;
  readonly id: string;
  readonly page: Page;
  /** Runs code with daily-js's `call` object in the page. */
  readonly call: (code: string) => Promise<unknown>;
  readonly join: (more?: object) => Promise<unknown>;
  /** Waits for the first event with this name and these fields. */
  readonly event: (action: string, fields?: object) => Promise<DailyEvent>;
  readonly events: () => Promise<DailyEvent[]>;
  readonly frame: () => Frame;
  readonly room: () => Promise<RoomView>;
  /** The chunks that the room's page has sent, joined. */
  readonly sent: () => Promise<Buffer>;
  /** Waits until the room's page has sent this many chunks. */
  readonly untilSent: (chunks: number) => Promise<void>;
}

const clocks: { stop(): void }[] = [];

/** For `afterEach`, before the simulators are closed: closes all tabs and stops all timers. */
export async function closeTabs(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
  for (const clock of clocks.splice(0)) clock.stop();
}

/** Opens the room of a new conversation. The simulator uses the system clock, as the browser does. */
export async function openTab(
  browser: Browser,
  embedderUrl: string,
  options: Partial<SimulatorOptions> = {},
  body: object = RECORDED,
): Promise<Tab> {
  const clock = systemClock();
  clocks.push(clock);
  const faults = { replicaJoinedMs: 0, ...options.faults };
  const self = await bench({ clock, ...options, faults });
  const reply = await self.api('POST', '/conversations', body);
  const id = String(reply.json['conversation_id']);
  const roomUrl = String(reply.json['conversation_url']);
  const context = await browser.newContext();
  // Each frame keeps the chunks that it sends, so that tests can compare them with the stored object.
  await context.addInitScript(`window.chunks = new Map(); const send = window.fetch;
    window.fetch = (url, init) => {
      if (String(url).includes('/chunks/')) window.chunks.set(url, init.body);
      return send(url, init);
    };`);
  const page = await context.newPage();
  await page.goto(embedderUrl);
  const events = (): Promise<DailyEvent[]> =>
    page.evaluate<DailyEvent[]>('JSON.parse(JSON.stringify(window.events))');
  function roomFrame(): Frame {
    const frame = page.frames().find((one) => one.url().startsWith(roomUrl));
    if (frame === undefined) throw new Error('The page has no frame of the room.');
    return frame;
  }
  return {
    bench: self,
    id,
    page,
    events,
    call: (code) => page.evaluate(`(async () => { const call = window.call; return ${code}; })()`),
    join: (more = {}) =>
      page.evaluate(
        `window.call.join(${JSON.stringify({ url: roomUrl, ...more })}).then(() => 'joined', (error) => error)`,
      ),
    async event(action, fields = {}) {
      const wanted = JSON.stringify({ action, ...fields });
      const found = await page.waitForFunction(
        `window.events.find((one) => Object.entries(${wanted}).every(([key, value]) => one[key] === value))`,
        undefined,
        { timeout: 8_000, polling: 50 },
      );
      return JSON.parse(JSON.stringify(await found.jsonValue()));
    },
    frame: roomFrame,
    room: () => self.room(id),
    async untilSent(chunks) {
      // By the debugger, because the page's Content-Security-Policy allows no other script.
      await roomFrame().evaluate(`new Promise((resolve) => {
        const look = () => (window.chunks.size >= ${chunks} ? resolve() : setTimeout(look, 50));
        look();
      })`);
    },
    async sent() {
      // Base64, because an array of numbers takes seconds to read from the browser.
      const dataUrl = await roomFrame().evaluate<string>(`new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(new Blob([...window.chunks.values()]));
      })`);
      return Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');
    },
  };
}

/** Plays a recording to its end in a new tab. Returns its length and the width of the picture. */
export async function playToEnd(
  browser: Browser,
  embedderUrl: string,
  recording: Buffer,
): Promise<{ seconds: number; width: number }> {
  // End the call first: on a small machine its camera and encoder slow down the player.
  await Promise.all(browser.contexts().map((context) => context.close()));
  const page = await browser.newPage();
  await page.goto(`${embedderUrl}blank`);
  return page.evaluate(`(async () => {
    const file = await fetch('data:video/mp4;base64,${recording.toString('base64')}');
    const video = document.createElement('video');
    video.muted = true;
    video.defaultPlaybackRate = 4;
    video.src = URL.createObjectURL(await file.blob());
    const ended = new Promise((resolve, reject) => {
      video.onended = resolve;
      video.onerror = () => reject(new Error(video.error.message));
    });
    await video.play();
    await ended;
    return { seconds: video.currentTime, width: video.videoWidth };
  })()`);
}
