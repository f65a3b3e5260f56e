import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../../ops/prove/browser';
import { closeTabs, openTab, serveEmbedder } from './embedder';
import { closeAll } from './helpers';

jest.setTimeout(20_000);

let browser: Browser;
let embedder: { url: string; server: Server };

beforeAll(async () => {
  [browser, embedder] = await Promise.all([launchBrowser(), serveEmbedder()]);
}, 30_000);
afterEach(async () => {
  await closeTabs(browser);
  await closeAll();
});
afterAll(async () => {
  await browser.close();
  embedder.server.close();
});

test('opened directly, the room says how to join', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.page.goto(`${tab.bench.simulator.url}/rooms/${tab.id}`);
  await tab.page
    .getByText('Only a page with daily-js can join this room: open /qa of the backend.')
    .waitFor();
});

test('without camera and microphone the page says so and records a drawn picture', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.page
    .context()
    .addInitScript(
      'navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))',
    );
  await tab.join();
  expect(await tab.frame().locator('#notes').textContent()).toContain('no camera (NotAllowedError)');
  await tab.call('call.startRecording()');
  await tab.event('recording-started');
  await tab.untilSent(1);
  await tab.call('call.stopRecording()');
  await tab.event('recording-stopped');
  await tab.bench.simulator.settled(tab.id);
  const { recordings } = await tab.room();
  expect(recordings).toMatchObject([{ state: 'delivered' }]);
  const [object] = tab.bench.cloud.objects.values();
  expect(object?.body.subarray(4, 8).toString('latin1')).toBe('ftyp');
});

test('each start creates a new recording, also right after a stop', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.join();
  await tab.call('call.startRecording()');
  await tab.event('recording-started');
  // An empty recording is discarded.
  await tab.untilSent(1);
  await tab.call('(call.stopRecording(), call.startRecording())');
  await tab.page.waitForFunction(
    'window.events.filter(({ action }) => action === "recording-started").length === 2',
  );
  await tab.frame().evaluate('window.chunks.clear()');
  await tab.untilSent(1);
  await tab.call('call.leave()');
  await tab.bench.sim(`/rooms/${tab.id}/shutdown`, {});
  await tab.bench.simulator.settled(tab.id);
  expect((await tab.room()).recordings).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
  expect(tab.bench.cloud.objects.size).toBe(2);
});

test('a camera that is turned off is visible in the room and reported to daily-js', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.join();
  await tab.call('void call.setLocalVideo(false)');
  await tab.event('participant-updated');
  expect(await tab.call('call.localVideo()')).toBe(false);
  expect(await tab.frame().locator('#camera-off').isVisible()).toBe(true);
});

test.each(['light', 'dark'] as const)('axe finds no violations in the room, %s', async (colorScheme) => {
  const tab = await openTab(browser, embedder.url);
  await tab.page.emulateMedia({ colorScheme });
  await tab.join();
  await tab.frame().getByText('Not recorded.').waitFor();
  // By the debugger, because the page's Content-Security-Policy allows no other script.
  await tab.frame().evaluate(readFileSync(require.resolve('axe-core'), 'utf8'));
  const found = await tab
    .frame()
    .evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
  expect(found).toEqual([]);
});

test('two pages that start recording share one recording, and either may stop it', async () => {
  const tab = await openTab(browser, embedder.url, { faults: { recordingStartMs: 300 } });
  const other = await tab.page.context().newPage();
  await other.goto(embedder.url);
  const watch = `window.phases = [];
    window.watch = window.recordWhenJoined(window.call, ({ phase }) => window.phases.push(phase));`;
  await Promise.all([tab.page.evaluate(watch), other.evaluate(watch)]);
  await tab.join();
  const { origin } = new URL(tab.frame().url());
  await other.evaluate(`window.call.join({ url: ${JSON.stringify(`${origin}/rooms/${tab.id}`)} })`);
  for (const page of [tab.page, other]) {
    await page.waitForFunction('window.phases.includes("started")', undefined, { polling: 50 });
  }
  // The second start is refused, and the first recording continues.
  await tab.event('recording-error');
  await tab.untilSent(1);
  await other.evaluate('window.watch.stop()');
  for (const page of [tab.page, other]) {
    await page.waitForFunction('window.phases.at(-1) === "stopped"', undefined, { polling: 50 });
    expect(await page.evaluate('window.phases')).toEqual(['starting', 'started', 'stopped']);
  }
  expect((await tab.room()).recordings).toHaveLength(1);
});
