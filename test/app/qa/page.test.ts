import type { Page } from 'playwright-core';
import { sees, startConversation, startQa, type Qa } from './qa';
import { HAPPY } from './stub-backend';

// One page may share two cores with other tests.
jest.setTimeout(20_000);

let qa: Qa;
beforeAll(async () => {
  qa = await startQa();
});
afterAll(() => qa.close());

const requests = (): string[] => qa.seen.map(({ request }) => request);
const reported = (): unknown[] =>
  qa.seen.filter(({ request }) => request.includes('recording-events')).map(({ body }) => body['event']);

/** Waits for something that nothing announces. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It never came to be.');
}

/** Presses Tab until the focus is on the element, as a person without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 25; presses += 1) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${selector}`);
}

async function pressOn(page: Page, selector: string, key = 'Enter'): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press(key);
}

test('agree, talk, end and find the recording, by keyboard alone', async () => {
  const { page, faults } = await qa.visit();
  await pressOn(page, '#check');
  await page.waitForSelector('.meter .on');
  expect(await page.isDisabled('#start')).toBe(true);
  await pressOn(page, '[value=record]', 'Space');
  await pressOn(page, '#start');
  await sees(page, 'Recording');
  await page.waitForSelector('[role=timer]:visible');
  expect(await page.getAttribute('iframe', 'title')).toBe('Video conversation');
  await pressOn(page, '#microphone');
  await sees(page, 'Unmute');
  await pressOn(page, '#camera');
  await sees(page, 'Camera on');
  await pressOn(page, '#end');
  await sees(page, 'Waiting for the recording');
  expect(await page.getByText('Saved').filter({ visible: true }).count()).toBe(0);
  await sees(page, 'Saved');
  await sees(page, 'tavus/c1/1764000000000 · 12.6 MB (12,582,912 bytes)');

  expect(requests()).toEqual([
    'POST /tavus/start',
    ...reported().map(() => 'POST /tavus/recording-events/c1'),
    'POST /tavus/end/c1',
    'GET /tavus/status/c1',
    'GET /tavus/status/c1',
  ]);
  expect(reported()).toEqual(['joined', 'asked', 'recording-started', 'recording-stopped', 'left']);
  const [start, ...later] = qa.seen;
  expect(start?.headers['idempotency-key']).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
  expect(start?.body).toEqual({
    recording: true,
    consent: { text_version: '2026-11-23', accepted_at: expect.stringMatching(/^\d{4}-.*Z$/), locale: 'en' },
  });
  expect(later.filter(({ headers }) => headers['x-page-token'] !== 'page-token')).toEqual([]);
  expect(faults).toEqual([]);
});

test('a refused recording leaves the choice to go on', async () => {
  const { page, faults } = await qa.visit({ room: 'refuses' });
  await startConversation(page, 'record');
  await sees(page, 'The room refused to record');
  await page.click('#go-on');
  await page.waitForSelector('#go-on', { state: 'hidden' });
  await sees(page, 'Recording refused');
  await page.click('#end');
  await sees(page, 'Not recorded');
  expect(qa.seen.map(({ body }) => body)).toContainEqual(
    expect.objectContaining({
      event: 'recording-error',
      message: 'You are not allowed to record this meeting',
    }),
  );
  expect(requests()).not.toContain('GET /tavus/status/c1');
  expect(faults).toEqual([]);
});

test('a recording that breaks off leaves the choice to end', async () => {
  const { page } = await qa.visit({ room: 'breaks', statuses: [{ recording: 'waiting' }] });
  await startConversation(page, 'record');
  await sees(page, 'The recording broke off');
  await page.click('.notice .end:visible');
  await sees(page, 'Waiting for the recording');
  expect(reported()).toEqual(['joined', 'asked', 'recording-started', 'recording-error', 'left']);
});

test('a room that never answers the wish for a recording may be asked once more, and then fails', async () => {
  const { page } = await qa.visit({ room: 'deaf' }, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Recording is starting…');
  await page.clock.fastForward(30_000);
  await sees(page, 'The room does not answer');
  await page.click('#retry-recording');
  await sees(page, 'Recording is starting…');
  await page.clock.fastForward(30_000);
  await sees(page, 'The room does not answer');
  await page.waitForSelector('#retry-recording', { state: 'hidden' });
  expect(reported()).toEqual(['joined', 'asked', 'asked']);
});

test('without recording nothing is recorded, and that is said', async () => {
  const { page } = await qa.visit();
  await startConversation(page, 'no-recording');
  await sees(page, 'Not recorded');
  await page.click('#end');
  await sees(page, 'It was not recorded.');
  expect(qa.seen[0]?.body).toEqual({ recording: false });
  expect(requests()).toEqual(['POST /tavus/start', 'POST /tavus/end/c1']);
});

test('with recording switched off, consent is not asked', async () => {
  const config = { ...HAPPY.config, recording: { enabled: false } };
  const { page } = await qa.visit({ config });
  expect(await page.isVisible('[value=record]')).toBe(false);
  await startConversation(page);
  await sees(page, 'Not recorded');
  expect(qa.seen[0]?.body).toEqual({});
});

test('a backend that creates it without recording is not passed over in silence', async () => {
  const { page } = await qa.visit({ recordingEnabled: false });
  await startConversation(page, 'record');
  await sees(page, 'This conversation is not being recorded');
  expect(reported()).toEqual([]);
});

test('a room that is not there: after 20 seconds one may try again', async () => {
  const { page, faults } = await qa.visit({ room: 'silent-once' }, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Joining the room…');
  await page.clock.fastForward(20_000);
  await sees(page, 'The room takes long');
  await page.click('#join-again');
  await sees(page, 'Recording');
  expect(await page.locator('iframe').count()).toBe(1);
  expect(faults).toEqual([]);
});

test('a room that says no can be left', async () => {
  const { page } = await qa.visit({ room: 'closed' });
  await startConversation(page, 'record');
  await sees(page, 'The room could not be joined');
  await page.click('.notice .end:visible');
  await sees(page, 'Not recorded');
  expect(reported()).toEqual(['left']);
  expect(requests().at(-1)).toBe('POST /tavus/end/c1');
});

test('a closed tab ends the conversation', async () => {
  const { page } = await qa.visit();
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.goto('about:blank');
  await until(() => requests().includes('POST /tavus/end/c1'));
  await until(() => reported().includes('left'));
  const ends = qa.seen.filter(({ request }) => request === 'POST /tavus/end/c1');
  expect(ends.map(({ body }) => body)).toEqual([{ page_token: 'page-token' }]);
});

test('a room that puts one out ends the conversation, with the recording awaited', async () => {
  const { page } = await qa.visit({ room: 'throws-out' });
  await startConversation(page, 'record');
  await sees(page, 'Waiting for the recording');
  expect(requests()).toContain('POST /tavus/end/c1');
});

test('three minutes without word: not confirmed yet, and never saved', async () => {
  const { page } = await qa.visit({ statuses: [{ recording: 'recording' }] }, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.click('#end');
  await sees(page, 'Waiting for the recording');
  await page.clock.fastForward(180_000);
  await sees(page, 'Not confirmed yet');
  expect(await page.getByText('Saved').filter({ visible: true }).count()).toBe(0);
});
