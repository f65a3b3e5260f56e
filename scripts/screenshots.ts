import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { problem, ProblemsError } from '../contract/problem';
import { launchBrowser } from '../ops/prove/browser';
import { bringUp, type Laptop } from '../local/laptop';
import { untilInterrupted } from '../local/lifetime';
import { parseOptions } from '../local/options';
import { Steps } from '../local/steps';
import { checkTable } from '../local/checks';
import { ROOT } from './command';

const IMAGES = path.join(ROOT, 'docs', 'images');
const STEP_MS = 30_000;
/** In the page, as text: the types of this program have no DOM. Waits until a second has been played. */
const PLAYS =
  "(video) => new Promise((resolve) => video.addEventListener('timeupdate', () => video.currentTime > 1 && resolve()))";
/** The whole table is too long for a front page; from here on it is about role, recording and backend. */
const FROM = 'role: who may assume it';

/** `/qa` while it records, as a person sees it; then the conversation is ended, as they would. */
async function pictureOfPage(
  browser: Browser,
  { url, startKey }: NonNullable<Laptop['backend']>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 900, height: 640 } });
  page.setDefaultTimeout(STEP_MS);
  await page.goto(`${url}/qa`);
  await page.getByLabel('Key').fill(startKey);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Check camera and microphone' }).click();
  await page.getByRole('radio', { name: /^Yes, record it/ }).check();
  await page.getByRole('button', { name: 'Start conversation' }).click();
  await page
    .locator('[data-text=recordingLine]')
    .filter({ hasText: /^Recording$/ })
    .waitFor();
  await page.screenshot({ path: path.join(IMAGES, 'qa-recording.png') });
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page
    .locator('[data-text=outcomeTitle]')
    .filter({ hasText: /^Saved/ })
    .waitFor();
  await page.close();
}

/** `/recordings`, light and dark: the list, and the newest recording while it plays. */
async function picturesOfRecordings(
  browser: Browser,
  { url, operatorKey }: NonNullable<Laptop['backend']>,
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 900, height: 760 }, colorScheme });
    page.setDefaultTimeout(STEP_MS);
    await page.goto(`${url}/recordings?state=stored`);
    await page.getByLabel('Key', { exact: true }).fill(operatorKey);
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.locator('.rows a').first().waitFor();
    await page.getByRole('link', { name: 'Recordings', exact: true }).click();
    await page.locator('.rows a').nth(1).waitFor();
    await page.screenshot({ path: path.join(IMAGES, `recordings-list-${colorScheme}.png`) });
    await page.getByLabel('State').selectOption('stored');
    await page.waitForURL(/state=stored/);
    await page.locator('.rows a').first().click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.locator('video').evaluate(PLAYS);
    await page.screenshot({ path: path.join(IMAGES, `recordings-one-${colorScheme}.png`) });
    await page.close();
  }
}

/** The verdict table, as a terminal shows it. */
async function pictureOfVerdict(browser: Browser, { lines }: Laptop): Promise<void> {
  const [heading = '', ...rows] = checkTable(lines, { colour: false }).split('\n');
  const shown = [heading, ...rows.slice(rows.findIndex((row) => row.includes(FROM)))];
  const page = await browser.newPage();
  await page.setContent(
    '<style>body { margin: 0; background: #0d1117; color: #e6edf3; display: inline-block }' +
      'pre { margin: 16px; font: 12px/1.4 "DejaVu Sans Mono", monospace }</style><pre></pre>',
  );
  const pre = page.locator('pre');
  // As text, so that nothing in it is read as markup.
  await pre.evaluate((element, text) => {
    element.textContent = text;
  }, shown.join('\n'));
  await page.locator('body').screenshot({ path: path.join(IMAGES, 'verdict.png') });
  await page.close();
}

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const signal = untilInterrupted();
  const laptop = await bringUp(parseOptions(['--once'], false), new Steps(process.stderr), ROOT, signal);
  const browser = await launchBrowser();
  try {
    if (laptop.backend === undefined) {
      const why = 'There is no page to look at.';
      const fix = 'Look at the steps above.';
      throw new ProblemsError([problem({ name: 'backend', wrong: 'missing', got: 'nothing', why, fix })]);
    }
    await pictureOfPage(browser, laptop.backend);
    await picturesOfRecordings(browser, laptop.backend);
    await pictureOfVerdict(browser, laptop);
  } finally {
    await browser.close();
    await laptop.stop();
  }
}

void main();
