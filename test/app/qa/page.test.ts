import type { Page } from 'playwright-core';
import { sees, startConversation, startQa, type Qa } from './qa';
import { HAPPY } from './stub-backend';

// The page may share two cores with other tests.
jest.setTimeout(20_000);

let qa: Qa;
beforeAll(async () => {
  qa = await startQa();
});
afterAll(() => qa.close());

const requests = (): string[] => qa.seen.map(({ request }) => request);
/** Each once, as at the backend: a page whose clock jumps resends a report that is still in transit. */
const reports = (): Record<string, unknown>[] => {
  const sent = qa.seen.filter(({ request }) => request.includes('recording-events')).map(({ body }) => body);
  return [...new Map(sent.map((body) => [body['report_id'], body])).values()];
};
const reported = (): unknown[] => reports().map(({ event }) => event);
/** All requests except reports, which are sent separately. */
const others = (): string[] => requests().filter((request) => !request.includes('recording-events'));

/** Polls for a condition without an event. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It never came to be.');
}

/** Presses Tab until the focus is on the element. */
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

test('agree, talk, end and open the recording, only with the keyboard', async () => {
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
  expect(await page.getByRole('link', { name: 'For operators' }).getAttribute('href')).toBe('/recordings/c1');
  await sees(page, 'tavus/c1/1764000000000');
  await sees(page, '12.6 MB (12,582,912 bytes) · verified in the bucket');

  expect(others()).toEqual([
    'POST /tavus/start',
    'POST /tavus/end/c1',
    'GET /tavus/status/c1',
    'GET /tavus/status/c1',
  ]);
  expect(reported()).toEqual(['joined', 'asked', 'recording-started', 'recording-stopped', 'left']);
  expect(reports()[2]).toMatchObject({ recording_id: 'r', instance_id: 'i' });
  const [start, ...later] = qa.seen;
  expect(start?.headers['idempotency-key']).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
  expect(start?.body).toEqual({
    recording: true,
    consent: { text_version: '2026-11-23', accepted_at: expect.stringMatching(/^\d{4}-.*Z$/), locale: 'en' },
  });
  expect(later.filter(({ headers }) => headers['x-page-token'] !== 'page-token')).toEqual([]);
  expect(faults).toEqual([]);
});

test('after a refused recording the person can continue', async () => {
  const { page, faults } = await qa.visit({ room: 'refuses' });
  await startConversation(page, 'record');
  await sees(page, 'The room refused to record');
  await page.click('#go-on');
  await page.waitForSelector('#go-on', { state: 'hidden' });
  await sees(page, 'Recording refused');
  await page.click('#end');
  await sees(page, 'Not recorded');
  expect(reports()[2]).toMatchObject({
    event: 'recording-error',
    message: 'You are not allowed to record this meeting',
  });
  expect(requests()).not.toContain('GET /tavus/status/c1');
  expect(faults).toEqual([]);
});

test('after an interrupted recording the person can end', async () => {
  const { page } = await qa.visit({ room: 'breaks', statuses: [{ recording: 'waiting', recordings: [] }] });
  await startConversation(page, 'record');
  await sees(page, 'The recording broke off');
  await page.click('.notice .end:visible');
  await sees(page, 'Waiting for the recording');
  expect(reported()).toEqual(['joined', 'asked', 'recording-started', 'recording-error', 'left']);
});

test('the page waits 25 seconds for a slow room, and offers a retry after 30', async () => {
  const { page } = await qa.visit({ room: 'deaf-once' }, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Recording is starting…');
  await page.clock.fastForward(25_000);
  expect(await page.isVisible('#record-again')).toBe(false);
  await page.clock.fastForward(5_000);
  await sees(page, 'The room does not answer');
  await until(() => reported().length === 2);
  expect(reported()).toEqual(['joined', 'asked']);
  await page.click('#record-again');
  await sees(page, 'Recording');
  await until(() => reported().length === 4);
  expect(reported()).toEqual(['joined', 'asked', 'asked', 'recording-started']);
});

test('a room that already records counts as recorded, although it refuses a second recording', async () => {
  const { page } = await qa.visit({ room: 'records-already' });
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.waitForSelector('[role=timer]:has-text("00:01")');
  await sees(page, 'Recording');
  await page.click('#end');
  await sees(page, 'Saved');
  expect(reported()).not.toContain('recording-error');
  expect(reported()).toContain('recording-started');
});

test('without recording nothing is recorded, and the page says so', async () => {
  const { page } = await qa.visit();
  await startConversation(page, 'no-recording');
  await sees(page, 'Not recorded');
  await page.click('#end');
  await sees(page, 'It was not recorded.');
  expect(qa.seen[0]?.body).toEqual({ recording: false });
  expect(others()).toEqual(['POST /tavus/start', 'POST /tavus/end/c1']);
  expect(reported()).toEqual(['joined', 'left']);
});

test('with recording off, the page does not ask for consent', async () => {
  const config = { ...HAPPY.config, recording: { enabled: false } };
  const { page } = await qa.visit({ config });
  expect(await page.isVisible('[value=record]')).toBe(false);
  await startConversation(page);
  await sees(page, 'Not recorded');
  expect(qa.seen[0]?.body).toEqual({});
});

test('the page reports a conversation that the backend created without recording', async () => {
  const { page } = await qa.visit({ recordingEnabled: false });
  await startConversation(page, 'record');
  await sees(page, 'This conversation is not being recorded');
  await until(() => reported().length > 0);
  expect(reported()).toEqual(['joined']);
});

test('the page offers a retry if a room does not load in 20 seconds', async () => {
  const { page, faults } = await qa.visit({ room: 'silent-once' }, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Joining the room…');
  await page.clock.fastForward(20_000);
  await sees(page, 'Joining takes long');
  await page.click('#join-again');
  await sees(page, 'Recording');
  expect(await page.locator('iframe').count()).toBe(1);
  expect(faults).toEqual([]);
});

test('the person can leave a room that refuses the join', async () => {
  const { page } = await qa.visit({ room: 'closed' });
  await startConversation(page, 'record');
  await sees(page, 'The room could not be joined');
  await page.click('.notice .end:visible');
  await sees(page, 'Not recorded');
  expect(others()).toEqual(['POST /tavus/start', 'POST /tavus/end/c1']);
  expect(reports()).toMatchObject([{ event: 'left', message: 'The meeting has ended' }]);
});

test('a closed tab ends the conversation, and reports that its person has left', async () => {
  const { page } = await qa.visit();
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.goto('about:blank');
  await until(() => requests().includes('POST /tavus/end/c1') && reported().includes('left'));
  const end = qa.seen.find(({ request }) => request === 'POST /tavus/end/c1');
  expect(end?.body).toEqual({ page_token: 'page-token' });
});

test('after a removal from the room the conversation ends, and the page waits for the recording', async () => {
  const { page } = await qa.visit({ room: 'throws-out' });
  await startConversation(page, 'record');
  await sees(page, 'Waiting for the recording');
  expect(requests()).toContain('POST /tavus/end/c1');
});

test('after three minutes without a result the page shows the known state, never "saved"', async () => {
  const statuses = [{ recording: 'waiting', recordings: [] }];
  const { page } = await qa.visit({ statuses }, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.click('#end');
  await sees(page, 'Waiting for the recording');
  await page.clock.fastForward(180_000);
  await sees(page, 'Nothing has arrived yet');
  expect(await page.getByText('Saved').filter({ visible: true }).count()).toBe(0);
});

test('the page shows all recordings of a conversation, one line each, and the cause of a missing one', async () => {
  const recordings = [
    { key: 'tavus/c1/1764000000000', verified: true, size: 7 },
    { key: 'tavus/c1/1764000060000', verified: false },
  ];
  const cause = 'Tavus could not assume the role.';
  const { page } = await qa.visit({ statuses: [{ recording: 'missing', cause, recordings }] });
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.click('#end');
  await sees(page, 'Missing');
  await sees(page, cause);
  expect(await page.locator('#recordings li').allInnerTexts()).toEqual([
    'tavus/c1/1764000000000\n7 bytes · verified in the bucket',
    'tavus/c1/1764000060000\nannounced by Tavus',
  ]);
});

test("there is no link to the operators' page if that does not exist", async () => {
  const config = { ...HAPPY.config, hasRecordingsPage: false };
  const { page } = await qa.visit({ config });
  await sees(page, 'Check camera and microphone');
  expect(await page.getByText('For operators').filter({ visible: true }).count()).toBe(0);
});
