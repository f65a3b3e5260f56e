import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { problem, ProblemsError } from '../contract/problem';
import { launchBrowser } from '../ops/prove/browser';
import type { LaptopBackend } from '../local/backend/laptop-backend';
import { checkList } from '../local/format-checks';
import { bringUp, type Laptop } from '../local/laptop';
import { untilInterrupted } from '../local/lifetime';
import { parseOptions } from '../local/options';
import { ProgressSteps } from '../local/progress-steps';
import { ROOT } from './command';

const IMAGES = path.join(ROOT, 'docs', 'images');
const STEP_MS = 30_000;
const WIDTH = 900;
const MARGIN = 20;
/** First line of the picture: the whole list is too long. From here on it is about recordings and the backend. */
const FROM = 'conversation: created';

/**
 * Takes the picture of `/qa` while it records, then ends the conversation.
 * @returns path of its recording's page for operators
 */
async function pictureOfPage(browser: Browser, { url, startKey }: LaptopBackend): Promise<string> {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 640 } });
  page.setDefaultTimeout(STEP_MS);
  await page.goto(`${url}/qa`);
  await page.getByLabel('Key').fill(startKey);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Check camera and microphone' }).click();
  await page.getByRole('radio', { name: /^Yes, record it/ }).check();
  await page.getByRole('button', { name: 'Start conversation' }).click();
  await page.getByRole('timer').filter({ hasText: '00:05' }).waitFor();
  await page.screenshot({ path: path.join(IMAGES, 'qa-recording.png') });
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page
    .locator('[data-text=outcomeTitle]')
    .filter({ hasText: /^Saved/ })
    .waitFor();
  const recording = await page.locator('#recordings-link').getAttribute('href');
  await page.close();
  return recording ?? '/recordings';
}

/** Takes the pictures of `/recordings`: one recording while it plays, and the list. */
async function picturesOfRecordings(
  browser: Browser,
  { url, operatorKey }: LaptopBackend,
  recording: string,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 760 } });
  page.setDefaultTimeout(STEP_MS);
  await page.goto(`${url}${recording}`);
  await page.getByLabel('Key', { exact: true }).fill(operatorKey);
  await page.getByLabel('Your name').fill('Ada');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Play' }).click();
  await page.locator('video').waitFor();
  // Until the first caption is shown. As text: the types of this program have no DOM.
  await page.evaluate(`new Promise((resolve) => {
    const video = document.querySelector('video');
    video.addEventListener('timeupdate', () => {
      if (video.currentTime > 1.8) resolve();
    });
  })`);
  // Cropped after the card of the recording.
  const { y = 0, height = 0 } = (await page.locator('.card[data-key]').first().boundingBox()) ?? {};
  await page.screenshot({
    path: path.join(IMAGES, 'recordings-one.png'),
    fullPage: true,
    clip: { x: 0, y: 0, width: WIDTH, height: y + height + MARGIN },
  });
  await page.getByRole('link', { name: 'All conversations' }).click();
  await page.locator('.rows').first().waitFor();
  await page.screenshot({ path: path.join(IMAGES, 'recordings-list.png') });
  await page.close();
}

/** Takes the picture of the end of the report in a terminal. */
async function pictureOfReport(browser: Browser, { checks }: Laptop): Promise<void> {
  const rows = checkList(checks, { colour: false }).split('\n');
  const lines = rows.slice(rows.findIndex((row) => row.includes(FROM)));
  const page = await browser.newPage();
  await page.setContent(
    '<style>body { margin: 0; background: #0d1117; color: #e6edf3; display: inline-block }' +
      'pre { margin: 16px; width: 900px; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.4 "DejaVu Sans Mono", monospace }' +
      '</style><pre></pre>',
  );
  const pre = page.locator('pre');
  // Set as text, so that the browser does not parse it as markup.
  await pre.evaluate((element, text) => {
    element.textContent = text;
  }, lines.join('\n'));
  await page.locator('body').screenshot({ path: path.join(IMAGES, 'report.png') });
  await page.close();
}

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const signal = untilInterrupted();
  const laptop = await bringUp(
    parseOptions(['--once'], false),
    new ProgressSteps(process.stderr),
    ROOT,
    signal,
  );
  const browser = await launchBrowser();
  try {
    const backend = laptop.backend?.backend;
    if (backend === undefined) {
      const why = 'There is no page for a screenshot.';
      const fix = 'See the steps above.';
      throw new ProblemsError([problem({ name: 'backend', wrong: 'missing', got: 'nothing', why, fix })]);
    }
    const recording = await pictureOfPage(browser, backend);
    await picturesOfRecordings(browser, backend, recording);
    await pictureOfReport(browser, laptop);
  } finally {
    await browser.close();
    await laptop.stop();
  }
}

void main();
