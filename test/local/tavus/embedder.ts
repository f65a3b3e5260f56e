import { createServer, type Server } from 'node:http';
import { build } from 'esbuild';
import type { Browser, Frame, Page } from 'playwright-core';
import { systemClock } from '../../../local/tavus/simulator-clock';
import type { SimulatorOptions } from '../../../local/tavus/options';
import { bench, listenOn, RECORDED, type Bench, type RoomView } from './helpers';

/** A page of somebody's own: the real daily-js, one frame, and a list of what it tells. */
const SCRIPT = `
import Daily from '@daily-co/daily-js';
import { recordWhenJoined } from '../../../app/qa/record-when-joined';
window.recordWhenJoined = recordWhenJoined;
window.told = [];
window.call = Daily.createFrame(document.body);
for (const name of ['joined-meeting', 'left-meeting', 'error', 'participant-joined', 'participant-left',
  'participant-updated', 'recording-started', 'recording-stopped', 'recording-error']) {
  window.call.on(name, (event) => window.told.push(event));
}`;

export interface Told {
  readonly action: string;
  readonly [field: string]: unknown;
}

/** The server of the embedding page. */
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
  /** Calls daily-js in the page. */
  readonly call: (code: string) => Promise<unknown>;
  readonly join: (more?: object) => Promise<unknown>;
  /** The first event of that name, waited for, that also has these fields. */
  readonly told: (action: string, fields?: object) => Promise<Told>;
  readonly all: () => Promise<Told[]>;
  readonly frame: () => Frame;
  readonly room: () => Promise<RoomView>;
  /** All chunks that the room's page has sent, in order, each once. */
  readonly sent: () => Promise<Buffer>;
  /** Resolves once the room's page has sent so many chunks. */
  readonly untilSent: (chunks: number) => Promise<void>;
}

const clocks: { stop(): void }[] = [];

/** For `afterEach`, before the simulators are closed: no tab and no timer stays. */
export async function closeTabs(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
  for (const clock of clocks.splice(0)) clock.stop();
}

/** The simulator with a real clock: browsers have one too. */
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
  // Every frame keeps what it sends as a chunk, to be compared with what is stored.
  await context.addInitScript(`window.chunks = new Map(); const send = window.fetch;
    window.fetch = (url, init) => {
      if (String(url).includes('/chunks/')) window.chunks.set(url, init.body);
      return send(url, init);
    };`);
  const page = await context.newPage();
  await page.goto(embedderUrl);
  const all = (): Promise<Told[]> => page.evaluate<Told[]>('JSON.parse(JSON.stringify(window.told))');
  function roomFrame(): Frame {
    const frame = page.frames().find((one) => one.url().startsWith(roomUrl));
    if (frame === undefined) throw new Error('The room is not in the page.');
    return frame;
  }
  return {
    bench: self,
    id,
    page,
    all,
    call: (code) => page.evaluate(`(async () => { const call = window.call; return ${code}; })()`),
    join: (more = {}) =>
      page.evaluate(
        `window.call.join(${JSON.stringify({ url: roomUrl, ...more })}).then(() => 'joined', (error) => error)`,
      ),
    async told(action, fields = {}) {
      const wanted = JSON.stringify({ action, ...fields });
      const found = await page.waitForFunction(
        `window.told.find((one) => Object.entries(${wanted}).every(([key, value]) => one[key] === value))`,
        undefined,
        { timeout: 8_000, polling: 50 },
      );
      return JSON.parse(JSON.stringify(await found.jsonValue()));
    },
    frame: roomFrame,
    room: () => self.room(id),
    async untilSent(chunks) {
      // By the debugger: the page's own policy lets no other script in.
      await roomFrame().evaluate(`new Promise((resolve) => {
        const look = () => (window.chunks.size >= ${chunks} ? resolve() : setTimeout(look, 50));
        look();
      })`);
    },
    async sent() {
      // Base64: as an array of numbers it would take seconds to come out of the browser.
      const dataUrl = await roomFrame().evaluate<string>(`new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(new Blob([...window.chunks.values()]));
      })`);
      return Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');
    },
  };
}

/** Plays a recording to its end in a tab of its own; answers its length in seconds and its picture's width. */
export async function playToEnd(
  browser: Browser,
  embedderUrl: string,
  recording: Buffer,
): Promise<{ seconds: number; width: number }> {
  // The call has to be over first: its camera and encoder would starve the player on a small machine.
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
