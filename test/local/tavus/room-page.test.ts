import type { Server } from 'node:http';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../../local/browser';
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

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const play = (recording: Buffer) => playToEnd(browser, embedder.url, recording);

/** The one object in the bucket. */
async function landed({ bench, id }: Tab): Promise<Buffer> {
  await bench.simulator.settled(id);
  const [object, ...others] = bench.cloud.objects.values();
  expect(others).toEqual([]);
  return object?.body ?? Buffer.alloc(0);
}

async function startRecording(tab: Tab): Promise<void> {
  await tab.join();
  await tab.call('call.startRecording()');
  await tab.told('recording-started');
}

test('a person joins, is recorded for three seconds, and the bytes land as the browser sent them', async () => {
  const tab = await openTab(browser, embedder.url);
  expect(await tab.join({ userName: 'Ann' })).toBe('joined');
  await tab.call('call.startRecording()');
  const started = await tab.told('recording-started');
  const { participants, recordings } = await tab.room();
  expect(participants).toMatchObject([{ user_name: 'Ann', media: true }]);
  const startedBy = participants[0]?.participant_id;
  expect(started).toMatchObject({ type: 'cloud', startedBy, recordingId: recordings[0]?.recordingId });
  await wait(3_000);
  expect(await tab.frame().locator('#status').textContent()).toBe('You are being recorded.');
  expect(await tab.frame().locator('#timer').textContent()).toMatch(/^00:0[234]$/);
  await tab.call('call.stopRecording()');
  await tab.told('recording-stopped');

  const recording = await landed(tab);
  expect(recording.equals(await tab.sent())).toBe(true);
  expect(recording.subarray(4, 8).toString('latin1')).toBe('ftyp');
  expect(await tab.frame().locator('#recording').isHidden()).toBe(true);
  await tab.call('call.leave()');
  await tab.told('left-meeting');
  expect((await tab.room()).participants).toEqual([]);

  const { seconds, width } = await play(recording);
  expect(seconds).toBeGreaterThan(2.4);
  expect(seconds).toBeLessThan(4.5);
  expect(width).toBe(640);
});

test('nothing is recorded before daily-js asks for it', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.join();
  await wait(300);
  expect(await tab.room()).toMatchObject({ events: [], recordings: [] });
  expect(await tab.sent()).toHaveLength(0);
  expect(tab.bench.cloud.uploads.size).toBe(0);
});

test('a refusal by the room is a recording-error, and nothing is sent', async () => {
  const tab = await openTab(browser, embedder.url, { switches: { roomRecordingRefused: true } });
  await tab.join();
  await tab.call('call.startRecording()');
  const { errorMsg } = await tab.told('recording-error');
  expect(errorMsg).toBe('not allowed to start a recording');
  await wait(300);
  expect(await tab.sent()).toHaveLength(0);
  expect((await tab.room()).recordings).toEqual([]);
});

test('a bucket that refuses is a recording-error too', async () => {
  const tab = await openTab(browser, embedder.url);
  tab.bench.cloud.denied.set('s3:PutObject', 'not authorized');
  await tab.join();
  await tab.call('call.startRecording()');
  await tab.told('recording-error');
  expect(await tab.room()).toMatchObject({ recordings: [{ state: 'failed' }] });
  expect(tab.bench.cloud.objects.size).toBe(0);
});

test('a network that is lost for a while is told, and loses nothing of the recording', async () => {
  const tab = await openTab(browser, embedder.url);
  await startRecording(tab);
  await wait(300);
  await tab.bench.sim(`/rooms/${tab.id}/network`, { lost_ms: 1_200 });
  await tab.told('network-connection', { type: 'signaling', event: 'interrupted' });
  await tab.told('network-connection', { type: 'signaling', event: 'connected' });
  await tab.call('call.stopRecording()');
  await tab.told('recording-stopped');
  const recording = await landed(tab);
  expect(recording.equals(await tab.sent())).toBe(true);
  expect((await play(recording)).seconds).toBeGreaterThan(1.3);
});

test('the replica joins some time after the creation', async () => {
  const tab = await openTab(browser, embedder.url, { switches: { replicaJoinedMs: 900 } });
  await tab.join();
  expect(await tab.told('participant-joined')).toMatchObject({
    participant: { session_id: 'r_laptop', user_name: 'Laptop replica', local: false },
  });
  expect(await tab.frame().locator('#replica-name').textContent()).toBe('Laptop replica');
});

test('a replica that never comes leaves the person alone', async () => {
  const tab = await openTab(browser, embedder.url, { switches: { replicaNeverJoins: true } });
  await tab.join();
  await wait(300);
  expect(await tab.call('Object.keys(call.participants())')).toEqual(['local']);
  expect(await tab.frame().locator('#replica-name').textContent()).toBe('Waiting for the replica …');
});

test('a conversation that ends puts the page out, and what was recorded lands', async () => {
  const tab = await openTab(browser, embedder.url);
  await startRecording(tab);
  await wait(500);
  await tab.bench.api('POST', `/conversations/${tab.id}/end`, undefined, KEY);
  await tab.told('left-meeting');
  const actions = (await tab.all()).map(({ action }) => action);
  expect(actions.slice(actions.indexOf('recording-stopped') + 1)).toEqual(['error', 'left-meeting']);
  expect(await tab.call('call.meetingState()')).toBe('error');
  const recording = await landed(tab);
  expect(recording.subarray(4, 8).toString('latin1')).toBe('ftyp');
  expect(await tab.room()).toMatchObject({ recordings: [{ state: 'delivered', parts: 1 }] });
});

test('a room that shuts down does the same', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.join();
  await tab.bench.sim(`/rooms/${tab.id}/shutdown`, {});
  expect(await tab.told('error')).toMatchObject({ error: { type: 'ejected', msg: 'Meeting has ended' } });
  const properties = { shutdown_reason: 'daily_room_has_been_deleted' };
  expect(tab.bench.callbacks.map(({ payload }) => payload)).toContainEqual(
    expect.objectContaining({
      event_type: 'system.shutdown',
      properties: expect.objectContaining(properties),
    }),
  );
});

test('a tab that closes ends the participation, and with the last one the conversation', async () => {
  const body = { ...RECORDED, properties: { ...RECORDED.properties, participant_left_timeout: 0 } };
  const tab = await openTab(browser, embedder.url, {}, body);
  await startRecording(tab);
  await wait(2_500);
  await tab.page.close();
  const recording = await landed(tab);
  const recordings = [{ state: 'delivered' }];
  expect(await tab.room()).toMatchObject({ status: 'ended', participants: [], recordings });
  expect((await play(recording)).seconds).toBeGreaterThan(0.8);
});

test('the switch for a closed tab does the same from outside', async () => {
  const tab = await openTab(browser, embedder.url);
  await tab.join();
  await tab.bench.sim(`/rooms/${tab.id}/close-tab`, {});
  await tab.page.waitForFunction('document.querySelector("iframe").contentWindow.length === 0');
  await wait(300);
  expect((await tab.room()).participants).toEqual([]);
});
