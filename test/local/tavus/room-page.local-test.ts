import type { Server } from 'node:http';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../../ops/prove/browser';
import { closeTabs, openTab, playToEnd, serveEmbedder, type Tab } from './embedder';
import { closeAll, KEY, RECORDED } from './helpers';

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

const play = (recording: Buffer) => playToEnd(browser, embedder.url, recording);

/** Waits for the recording and returns the only object in the bucket. */
async function deliveredObject({ bench, id }: Tab): Promise<Buffer> {
  await bench.simulator.settled(id);
  const [object, ...others] = bench.cloud.objects.values();
  expect(others).toEqual([]);
  return object?.body ?? Buffer.alloc(0);
}

async function startRecording(tab: Tab): Promise<void> {
  await tab.join();
  await tab.call('call.startRecording()');
  await tab.event('recording-started');
}

test('delivers a recording with exactly the bytes that the browser sent', async () => {
  const tab = await openTab(browser, embedder.url);
  expect(await tab.join({ userName: 'Ann' })).toBe('joined');
  await tab.call('call.startRecording()');
  const started = await tab.event('recording-started');
  const { participants, recordings } = await tab.room();
  expect(participants).toMatchObject([{ user_name: 'Ann', media: true }]);
  const startedBy = participants[0]?.participant_id;
  expect(started).toMatchObject({ type: 'cloud', startedBy, recordingId: recordings[0]?.recordingId });
  await tab.untilSent(2);
  expect(await tab.frame().locator('#status').textContent()).toBe('You are being recorded.');
  await tab.call('call.stopRecording()');
  await tab.event('recording-stopped');

  const recording = await deliveredObject(tab);
  expect(recording.equals(await tab.sent())).toBe(true);
  expect(recording.subarray(4, 8).toString('latin1')).toBe('ftyp');
  expect(await tab.frame().locator('#status').textContent()).toBe('Not recorded.');
  await tab.call('call.leave()');
  await tab.event('left-meeting');
  expect((await tab.room()).participants).toEqual([]);

  const { seconds, width } = await play(recording);
  expect(seconds).toBeGreaterThan(0);
  expect(width).toBe(640);
});

test('roomRecordingRefused: the page gets a recording-error and sends nothing', async () => {
  const tab = await openTab(browser, embedder.url, { faults: { roomRecordingRefused: true } });
  await tab.join();
  await tab.call('call.startRecording()');
  const { errorMsg } = await tab.event('recording-error');
  expect(errorMsg).toBe('not allowed to start a recording');
  expect(await tab.sent()).toHaveLength(0);
  expect((await tab.room()).recordings).toEqual([]);
});

test('the end of the conversation removes the page, and its recording is delivered', async () => {
  const tab = await openTab(browser, embedder.url);
  await startRecording(tab);
  await tab.untilSent(1);
  await tab.bench.api('POST', `/conversations/${tab.id}/end`, undefined, KEY);
  await tab.event('left-meeting');
  const actions = (await tab.events()).map(({ action }) => action);
  expect(actions.slice(actions.indexOf('recording-stopped') + 1)).toEqual(['error', 'left-meeting']);
  expect(await tab.call('call.meetingState()')).toBe('error');
  const recording = await deliveredObject(tab);
  expect(recording.subarray(4, 8).toString('latin1')).toBe('ftyp');
  expect(await tab.room()).toMatchObject({ recordings: [{ state: 'delivered', parts: 1 }] });
});

test('a closed tab leaves the room, and with the last participant the conversation ends', async () => {
  const body = { ...RECORDED, properties: { ...RECORDED.properties, participant_left_timeout: 0 } };
  const tab = await openTab(browser, embedder.url, {}, body);
  await startRecording(tab);
  await tab.untilSent(2);
  await tab.page.close();
  const recording = await deliveredObject(tab);
  const recordings = [{ state: 'delivered' }];
  expect(await tab.room()).toMatchObject({ status: 'ended', participants: [], recordings });
  expect((await play(recording)).seconds).toBeGreaterThan(0);
});
