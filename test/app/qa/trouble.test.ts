import type { Page } from 'playwright-core';
import { sees, startConversation, startQa, type Qa } from './qa';
import { HAPPY } from './stub-backend';
import { ROOM_HTML } from './stub-room';

// The page may share two cores with other tests.
jest.setTimeout(20_000);

let qa: Qa;
beforeAll(async () => {
  qa = await startQa();
});
afterAll(() => qa.close());

/** The visible ones among the expected texts. */
const visible = (page: Page, text: string): Promise<boolean> => page.getByText(text).first().isVisible();
const requests = (): string[] => qa.seen.map(({ request }) => request);
const KEYED = { config: { ...HAPPY.config, keyRequired: true }, key: 'right-key-of-24-characters' };
const giveKey = async (page: Page, key: string): Promise<void> => {
  await page.fill('#key', key);
  await page.keyboard.press('Enter');
};

describe('the key', () => {
  test('is checked at its field at once, and nothing is started', async () => {
    const { page, faults } = await qa.visit(KEYED);
    await giveKey(page, 'clé');
    await page.getByText('its character 3 is not a letter').waitFor();
    expect(requests()).toEqual([]);
    await giveKey(page, 'wrong-key-of-24-characters');
    await sees(page, 'This key was not accepted.');
    expect(await page.getAttribute('#key', 'aria-invalid')).toBe('true');
    await giveKey(page, KEYED.key);
    await sees(page, 'Check camera and microphone');
    expect(requests()).toEqual(['GET /qa/access', 'GET /qa/access']);
    expect(faults).toEqual([]);
  });
});

describe('a sign-in', () => {
  test('that has expired is requested, and returns to the page', async () => {
    const { page } = await qa.visit({ signedOut: 'redirect' });
    await sees(page, 'Sign in first');
    const link = page.getByRole('link', { name: 'Sign in' });
    expect(await link.getAttribute('href')).toBe('/.auth/login/aad?post_login_redirect_uri=%2Fqa');
  });

  test('that is missing is detected before devices and consent', async () => {
    const config = { ...HAPPY.config, signInRequired: true };
    const { page } = await qa.visit({ config, signedOut: 'answer' });
    await sees(page, 'Sign in first');
    expect(await page.isVisible('#check')).toBe(false);
  });

  test('that expires before the start is not reported as an unreachable backend', async () => {
    const { page } = await qa.visit();
    await page.click('#check');
    await page.waitForSelector('#preview:visible');
    await page.check('[value=no-recording]');
    qa.change({ signedOut: 'redirect' });
    await page.click('#start');
    await sees(page, 'Sign in first');
    expect(await visible(page, 'No answer from the backend')).toBe(false);
  });

  test('that expires during the call is requested at its end, which is sent afterwards', async () => {
    const { page } = await qa.visit({}, { ownClock: true });
    await startConversation(page, 'no-recording');
    await sees(page, 'Not recorded');
    qa.change({ signedOut: 'redirect' });
    await page.click('#end');
    await page.clock.fastForward(2_000);
    await sees(page, 'Sign in again to end the conversation');
    qa.change({ signedOut: false });
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.waitForSelector('text=Sign in again, so that', { state: 'hidden' });
    expect(requests()).toContain('POST /tavus/end/c1');
  });
});

test('an end that could not be sent is sent when the browser is online again, with the reports', async () => {
  const { page } = await qa.visit({}, { ownClock: true });
  await startConversation(page, 'record');
  await sees(page, 'Recording');
  await page.context().setOffline(true);
  await page.click('#end');
  await page.clock.fastForward(3_000);
  await page.clock.fastForward(3_000);
  await sees(page, 'The backend does not know yet that the conversation has ended');
  expect(requests()).not.toContain('POST /tavus/end/c1');
  await page.context().setOffline(false);
  await page.waitForSelector('text=The backend does not know yet', { state: 'hidden' });
  await sees(page, 'Saved');
  const reports = qa.seen.filter(({ request }) => request.includes('recording-events'));
  expect(reports.map(({ body }) => body['event'])).toEqual(
    expect.arrayContaining(['recording-stopped', 'left']),
  );
});

describe('a removal from the room', () => {
  test.each([
    ['full', 'The room is full', 'Meeting is full'],
    ['ejects', 'You were removed from the room', 'A moderator removed you'],
    ['loses', 'The room cannot be reached', 'Network unreachable'],
  ])('%s: its reason is shown and reported, and the person can join again', async (room, title, words) => {
    const { page, faults } = await qa.visit({ room });
    await startConversation(page, 'record');
    await sees(page, title);
    await page.getByText(`Reason given: ${words}`).filter({ visible: true }).waitFor();
    await page.click('#join-again');
    await sees(page, 'Recording');
    expect(requests()).not.toContain('POST /tavus/end/c1');
    const left = qa.seen.find(({ body }) => body['event'] === 'left');
    expect(left?.body['message']).toBe(words);
    // daily-js reports a lost connection to Daily, and the page's policy blocks that.
    expect(faults.filter((fault) => !fault.includes('sentry.io'))).toEqual([]);
  });

  test('ends the conversation if the room says that it is over', async () => {
    const { page } = await qa.visit({ room: 'ends' });
    await startConversation(page, 'record');
    await sees(page, 'Conversation over');
    expect(requests()).toContain('POST /tavus/end/c1');
  });
});

test('a room whose first address is blocked is joined at the next, with its devices', async () => {
  const { page, faults } = await qa.visit({ roomOrigin: 'https://tavus.daily.co' }, { ownClock: true });
  const asked: string[] = [];
  await page.context().route(/^https:\/\/tavus\.daily/, async (route) => {
    const { hostname } = new URL(route.request().url());
    asked.push(hostname);
    if (hostname === 'tavus.dailywebrtc.com') {
      await route.fulfill({ contentType: 'text/html', body: ROOM_HTML });
    } else await route.abort('connectionrefused');
  });
  await startConversation(page, 'record');
  await sees(page, 'Joining the room…');
  await page.clock.fastForward(20_000);
  await sees(page, 'Joining takes long');
  await page.clock.fastForward(5_000);
  await sees(page, 'Recording');
  expect(asked).toEqual(['tavus.daily.co', 'tavus.dailywebrtc.com']);
  const frame = page.frames().find((one) => one.url().startsWith('https://tavus.dailywebrtc.com'));
  const allowed = "document.featurePolicy?.allowsFeature('camera') ?? true";
  expect(await frame?.evaluate(allowed)).toBe(true);
  expect(faults).toEqual([]);
});

describe('devices', () => {
  const REFUSED = {
    denied: ['NotAllowedError', 'Permission denied'],
    system: ['NotAllowedError', 'Permission denied by system'],
    busy: ['NotReadableError', 'Could not start video source'],
    gone: ['OverconstrainedError', ''],
  } as const;

  /** Makes the browser refuse devices; `when` tests the page's constraints. */
  const refuse = (page: Page, kind: keyof typeof REFUSED, when: string): Promise<unknown> => {
    const [name, message] = REFUSED[kind];
    return page.evaluate(`{
      const { mediaDevices } = navigator;
      const real = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (wish) =>
        (${when}) ? Promise.reject(new DOMException('${message}', '${name}')) : real(wish);
    }`);
  };

  test.each([
    ['busy', 'The camera is in use: others can only hear you'],
    ['denied', 'The browser blocks the camera: others can only hear you'],
    ['system', 'The system blocks the camera: others can only hear you'],
  ] as const)('a camera that is %s does not affect the microphone', async (kind, title) => {
    const { page } = await qa.visit();
    await refuse(page, kind, 'wish.video');
    await page.click('#check');
    await sees(page, title);
    await page.waitForSelector('.meter .on');
    await page.check('[value=record]');
    await page.click('#start');
    await sees(page, 'Recording');
    await sees(page, 'Camera on');
    expect(requests()).toContain('POST /tavus/start');
  });

  test('a selected camera that disappears is replaced by another one', async () => {
    const { page } = await qa.visit();
    await page.click('#check');
    await page.waitForSelector('#preview:visible');
    await refuse(page, 'gone', 'wish.video && wish.video.deviceId');
    const displayed = (): Promise<unknown> =>
      page.evaluate("document.querySelector('#preview').srcObject?.getVideoTracks()[0]?.id");
    const before = await displayed();
    await page.dispatchEvent('#camera-picker', 'change');
    await page.waitForSelector('.meter .on');
    expect([undefined, before]).not.toContain(await displayed());
    expect(await page.isVisible('#camera-picker')).toBe(true);
  });

  test('a page without https reports that', async () => {
    const { page } = await qa.visit();
    await page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })");
    await page.click('#check');
    await sees(page, 'This address needs https or localhost');
    expect(await page.isEnabled('#start')).toBe(false);
  });

  test('a browser without AudioContext or device list lacks only the meter', async () => {
    const { page, faults } = await qa.visit();
    await page.evaluate(`window.AudioContext = class { constructor() { throw new Error('no hardware'); } };
      navigator.mediaDevices.enumerateDevices = () => Promise.reject(new Error('no list'));`);
    await page.click('#check');
    await sees(page, 'This browser cannot show the microphone level. You can still talk.');
    await page.check('[value=no-recording]');
    expect(await page.isEnabled('#start')).toBe(true);
    expect(faults).toEqual([]);
  });

  test('that fail in the room are named there', async () => {
    const { page } = await qa.visit({ room: 'deafens' });
    await startConversation(page, 'record');
    await sees(page, 'The room cannot use your microphone');
    await page.getByText('Reason given: mic in use').filter({ visible: true }).waitFor();
    expect(await page.isVisible('#end')).toBe(true);
  });
});

test('a person who did not consent is informed when another participant records, and can continue', async () => {
  const { page } = await qa.visit({ room: 'records' });
  await startConversation(page, 'no-recording');
  await sees(page, 'Someone else is recording this conversation');
  await page.click('#go-on');
  await page.waitForSelector('#go-on', { state: 'hidden' });
  await page.click('#end');
  await sees(page, 'Recorded by someone else');
  expect(requests().filter((request) => request.includes('/status/'))).toEqual([]);
});
