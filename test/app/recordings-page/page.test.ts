import type { Page } from 'playwright-core';
import type { Ledger } from '../../../app/ledger/ledger';
import { CONSENT_TEXT_VERSIONS } from '../../../contract/consent-text';
import { BUCKET, CALLBACKS, closeEverything, ON } from '../helpers';
import { findings } from '../page-findings';
import { keyOf, missing, OPERATED, seed, seen, type SeededStart } from '../routes/recordings/opened';
import { giveKey, startPages, type OperatedPages, type OpenPageOptions } from './operated-page';
import type { ServedBucket } from './served-bucket';

jest.setTimeout(30_000);

let pages: OperatedPages;
beforeAll(async () => {
  pages = await startPages();
});
afterEach(closeEverything);
afterAll(() => pages.close());

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 5, 1, 10);
const startAt = (n: number, hours: number, more: Partial<SeededStart> = {}): SeededStart => ({
  startId: n.toString(16).padStart(32, '0'),
  conversation: `c${n.toString().padStart(15, '0')}`,
  at: NOW - hours * HOUR_MS,
  ...more,
});
const LANDED = startAt(1, 1, {
  name: 'Interview with Ada',
  consent: {
    textVersion: CONSENT_TEXT_VERSIONS[0],
    textSha256: '0'.repeat(64),
    acceptedAt: '2026-06-01T08:59:30.000Z',
  },
});
const TWICE = startAt(2, 2);

/** One of each kind with its own appearance on a row or page. */
async function fill(ledger: Ledger, bucket: ServedBucket): Promise<void> {
  bucket.put(keyOf(LANDED), Buffer.from('clip'), { versionId: 'v1' });
  await seed(ledger, { ...LANDED, facts: [seen(LANDED, 'v1')] });
  const overwritten = {
    ...seen(TWICE, 'v2'),
    at: TWICE.at + 90_000,
    found: 'overwritten',
    why: 'replaced',
  } as const;
  const kms = {
    encryption: 'kms',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222',
    checksum: 'CRC64NVME:AAAAAAAAAAA=',
  };
  await seed(ledger, { ...TWICE, facts: [{ ...seen(TWICE, 'v1'), ...kms }, overwritten] });
  await seed(ledger, startAt(3, 3, { facts: [missing(NOW)] }));
  await seed(ledger, startAt(4, 30, { bucket: 'other-recordings', facts: [seen(startAt(4, 30), 'v1')] }));
  await seed(ledger, startAt(5, 31, { name: 'Ärger im Büro '.repeat(8).trim() }));
}

const sees = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();
const titles = (page: Page): Promise<string[]> => page.locator('.rows li > a').allInnerTexts();

interface Stage {
  readonly name: string;
  readonly options?: OpenPageOptions;
  readonly act?: (page: Page) => Promise<unknown>;
  readonly says: string | RegExp;
}

const SIGNED_IN = { ...ON, ...CALLBACKS, EASY_AUTH: 'true' };

const STAGES: readonly Stage[] = [
  { name: 'the key is asked for', options: { hasKey: false }, says: 'Your name' },
  {
    name: 'the key was wrong',
    options: { hasKey: false },
    act: (page) => giveKey(page, 'a-wrong-key-of-many-letters'),
    says: 'This key was not accepted.',
  },
  { name: 'the sign-in is missing', options: { env: SIGNED_IN, hasKey: false }, says: 'Sign-in missing' },
  { name: 'the list', options: { fill }, says: 'Interview with Ada' },
  {
    name: 'nothing yet, in memory',
    says: 'No conversation has been started with this ledger.',
  },
  {
    name: 'nothing is missing',
    options: { path: '/recordings?state=attention' },
    says: 'Nothing is missing, and all verified recordings are complete.',
  },
  {
    name: 'recording is off, and the bucket is not read',
    options: { env: { ...OPERATED, TAVUS_ENABLE_RECORDING: 'false' } },
    says: /Recording is off/,
  },
  {
    name: 'one that has landed',
    options: { fill, path: `/recordings/${LANDED.conversation}` },
    act: (page) => page.getByText('The text').click(),
    says: /records your picture/,
  },
  {
    name: 'one that was overwritten',
    options: { fill, path: `/recordings/${TWICE.conversation}` },
    says: 'What happened',
  },
  {
    name: 'one that is missing',
    options: { fill, path: `/recordings/${startAt(3, 3).conversation}` },
    says: 'docs/runbook.md#not-asked',
  },
  {
    name: 'one in another bucket',
    options: { fill, path: `/recordings/${startAt(4, 30).conversation}` },
    says: /It is in the bucket other-recordings/,
  },
  { name: 'one that is not known', options: { path: '/recordings/c9' }, says: 'Not found' },
  {
    name: 'one that the browser cannot play',
    options: { fill, path: `/recordings/${LANDED.conversation}` },
    act: (page) => page.getByRole('button', { name: 'Play' }).click(),
    says: /The browser could not fetch or play it/,
  },
];

test.each(STAGES)('there are no accessibility violations: $name', async ({ options, act, says }) => {
  const { page, faults } = await pages.visit({ reducedMotion: 'reduce', ...options });
  await act?.(page);
  await sees(page, says);
  expect(await findings(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('each start is a row under its day, a missing recording too, with its cause', async () => {
  const { page } = await pages.visit({ fill });
  await sees(page, 'Interview with Ada');
  expect(await titles(page)).toEqual([
    'Interview with Ada',
    TWICE.conversation,
    startAt(3, 0).conversation,
    startAt(4, 0).conversation,
    expect.stringContaining('Ärger im Büro'),
  ]);
  expect(await page.locator('#rows h3').allInnerTexts()).toEqual([
    expect.stringMatching(/^Monday,? 1 June 2026$/),
    expect.stringMatching(/^Sunday,? 31 May 2026$/),
  ]);
  const row = page.locator('.rows li').nth(2);
  expect(await row.innerText()).toContain('Missing');
  expect(await row.innerText()).toContain('The page did not ask for the recording');
});

test('a search is in the address, and "back" undoes it', async () => {
  const { page } = await pages.visit({ fill });
  await sees(page, 'Interview with Ada');
  await page.getByLabel('State').selectOption({ label: 'Missing or faulty' });
  await page.waitForURL(/state=attention/);
  await page.getByRole('link', { name: 'Interview with Ada' }).waitFor({ state: 'detached' });
  expect(await titles(page)).toEqual([TWICE.conversation, startAt(3, 0).conversation]);
  await page.goBack();
  await page.getByRole('link', { name: 'Interview with Ada' }).waitFor();
  await page.getByLabel('Conversation id or name').fill('büro');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Interview with Ada' }).waitFor({ state: 'detached' });
  expect(await titles(page)).toEqual([expect.stringContaining('Ärger im Büro')]);
});

test('the page last opened is shown, even if an earlier response comes later', async () => {
  const { page } = await pages.visit({ fill });
  await sees(page, 'Interview with Ada');
  let answer: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(/state=missing/, async (route) => {
    await isHeld;
    await route.continue();
  });
  const late = page.waitForResponse(/state=missing/);
  await page.getByLabel('State').selectOption('attention');
  await page.getByRole('link', { name: 'Interview with Ada' }).click();
  await sees(page, 'What happened');
  answer();
  await (await late).finished();
  await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
  expect(await page.getByText('What happened').isVisible()).toBe(true);
});

test('an id in the search opens its conversation', async () => {
  const { page } = await pages.visit({ fill });
  await page.getByLabel('Conversation id or name').fill(startAt(3, 0).conversation);
  await page.keyboard.press('Enter');
  await sees(page, 'docs/runbook.md#not-asked');
});

test('"more" adds rows below the others', async () => {
  const many = async (ledger: Ledger): Promise<void> => {
    for (let n = 0; n < 60; n += 1) await seed(ledger, startAt(n, n / 10));
  };
  const { page } = await pages.visit({ fill: many });
  await page.getByRole('button', { name: 'Show more' }).click();
  await sees(page, /^60 shown/);
  expect(new Set(await titles(page)).size).toBe(60);
});

test('works with the keyboard alone: key, list, conversation, and the focus follows', async () => {
  const { page } = await pages.visit({ fill });
  await sees(page, 'Interview with Ada');
  const focused = (): Promise<unknown> => page.evaluate('document.activeElement?.textContent');
  expect(await focused()).toBe('All conversations');
  for (let presses = 0; (await focused()) !== 'Interview with Ada'; presses += 1) {
    if (presses > 15) throw new Error('Tab never reached the first row.');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await sees(page, 'What happened');
  expect(await focused()).toBe('Interview with Ada');
});

test('the key stays in the tab until the person removes it', async () => {
  const { page } = await pages.visit({ fill });
  await sees(page, 'Interview with Ada');
  await page.reload();
  await sees(page, 'Interview with Ada');
  await page.getByRole('button', { name: 'Forget the key' }).click();
  await sees(page, 'Your name');
  await page.reload();
  await sees(page, 'Your name');
});

test('a recording is downloaded with a file name', async () => {
  const { page } = await pages.visit({ fill, path: `/recordings/${LANDED.conversation}` });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${LANDED.conversation}-2026-06-01T09-00-05Z.mp4`);
});

test('the page frames nothing, and plays only from this bucket', async () => {
  const { backend, bucket } = await pages.visit({ fill });
  const { headers } = await backend.get('/recordings/c1');
  const { origin } = new URL((await bucket.link('x')).url);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'self'; script-src 'self'; style-src 'self'; frame-src 'none'; connect-src 'self'; " +
      `img-src 'self' data:; media-src ${origin}/${BUCKET}/ blob:; object-src 'none'; base-uri 'none'; ` +
      "frame-ancestors 'none'; form-action 'self'",
  );
});

test('external text is not interpreted as markup', async () => {
  const name = '<img src=x onerror=alert(1)>';
  const { page, faults } = await pages.visit({
    fill: (ledger) => seed(ledger, startAt(1, 1, { name })),
  });
  await sees(page, name);
  expect(await page.locator('img').count()).toBe(0);
  expect(faults).toEqual([]);
});

test('does not exist without an operator key or role, and nothing links to it', async () => {
  const { page, backend } = await pages.visit({ env: ON, hasKey: false });
  await sees(page, 'Not found');
  expect((await backend.get('/qa/config')).json['hasRecordingsPage']).toBe(false);
});
