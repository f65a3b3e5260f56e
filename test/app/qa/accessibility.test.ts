import type { Page } from 'playwright-core';
import { findings } from '../page-findings';
import { sees, startConversation, startQa, type Qa, type OpenQaOptions } from './qa';
import { HAPPY, type Script } from './stub-backend';

// The page may share two cores with other tests.
jest.setTimeout(20_000);

let qa: Qa;
beforeAll(async () => {
  qa = await startQa();
});
afterAll(() => qa.close());

/** How to reach a state, and the text that confirms it. */
interface Stage {
  readonly name: string;
  readonly script?: Partial<Script>;
  readonly options?: OpenQaOptions;
  readonly act?: (page: Page) => Promise<unknown>;
  readonly says: string;
}

const DEVICE_TROUBLES = [
  ['NotReadableError', 'The microphone is in use'],
  ['NotFoundError', 'No microphone found'],
  ['NotAllowedError', 'The browser blocks the microphone'],
] as const;

const record = (page: Page): Promise<void> => startConversation(page, 'record');
const recordAndEnd = async (page: Page): Promise<void> => {
  await record(page);
  await sees(page, 'Recording');
  await page.click('#end');
};

const STAGES: readonly Stage[] = [
  {
    name: 'asks for a key, again',
    script: { config: { ...HAPPY.config, keyRequired: true }, key: 'right' },
    async act(page) {
      await page.fill('#key', 'wrong');
      await page.keyboard.press('Enter');
    },
    says: 'This key was not accepted.',
  },
  { name: 'signed out', script: { signedOut: 'redirect' }, says: 'Sign in first' },
  { name: 'before the check', says: 'Check camera and microphone first.' },
  {
    name: 'no device can be used',
    async act(page) {
      for (const [error, help] of DEVICE_TROUBLES) {
        await page.evaluate(
          `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${error}'))`,
        );
        await page.click('#check');
        await sees(page, help);
      }
    },
    says: 'Check again',
  },
  {
    name: 'ready to start, with the problem of the last attempt',
    script: { problem: { status: 502, title: 'Tavus refused', detail: 'unable to assume role' } },
    act: record,
    says: 'unable to assume role',
  },
  {
    name: 'no answer to the start',
    script: { cutsFirstStart: true },
    act: record,
    says: 'No answer from the backend',
  },
  { name: 'joining', script: { room: 'silent' }, act: record, says: 'Joining the room…' },
  { name: 'room closed', script: { room: 'closed' }, act: record, says: 'The room could not be joined' },
  { name: 'put out', script: { room: 'ejects' }, act: record, says: 'You were removed from the room' },
  { name: 'recording', act: record, says: 'Recording' },
  { name: 'refused', script: { room: 'refuses' }, act: record, says: 'The room refused to record' },
  {
    name: 'replica awaited',
    script: { room: 'alone' },
    act: record,
    says: 'Waiting for the replica to join…',
  },
  { name: 'reconnecting', script: { room: 'flaky' }, act: record, says: 'Connection lost. Reconnecting…' },
  {
    name: 'waiting for the recording',
    script: { statuses: [{ recording: 'recording', recordings: [] }] },
    act: recordAndEnd,
    says: 'Waiting for the recording',
  },
  {
    name: 'saved',
    script: { statuses: HAPPY.statuses.slice(1) },
    act: recordAndEnd,
    says: 'Saved',
  },
  {
    name: 'missing, beside one that is there, and the backend cannot be told',
    script: {
      statuses: [
        {
          recording: 'missing',
          cause: 'Tavus could not assume the role.',
          recordings: [{ key: 'tavus/c1/1764000000000', verified: false, size: 7 }],
        },
      ],
      cannotEnd: true,
    },
    act: recordAndEnd,
    says: 'Missing',
  },
  {
    name: 'recorded by another participant',
    script: { room: 'records' },
    act: (page) => startConversation(page, 'no-recording'),
    says: 'Someone else is recording this conversation',
  },
];

test.each(STAGES)('there are no accessibility violations: $name', async ({ script, options, act, says }) => {
  const { page, faults } = await qa.visit(script, { reducedMotion: 'reduce', ...options });
  await act?.(page);
  await sees(page, says);
  expect(await findings(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('with reduced motion nothing moves', async () => {
  const { page } = await qa.visit({ room: 'silent' }, { reducedMotion: 'reduce' });
  await record(page);
  await sees(page, 'Joining the room…');
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
});

test('the focus follows to each new screen', async () => {
  const { page } = await qa.visit();
  const focused = (): Promise<unknown> => page.evaluate('document.activeElement?.textContent');
  await recordAndEnd(page);
  await sees(page, 'Waiting for the recording');
  expect(await focused()).toBe('Conversation over');
});
