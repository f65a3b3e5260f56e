import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { problem } from '../../contract/problem';
import { isLoopback } from '../../contract/schemas';
import type { BackendClient } from './backend-client';
import { addProofHeaders } from './own-origin';
import { messageOf, StepStopped, type ProofStep } from './steps';

/** Where an installed Chrome or Chromium usually is: Linux, macOS, Windows. */
const USUAL_PATHS = [
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** A camera that shows a test picture, a microphone that beeps, and a permission prompt that says yes. */
const FAKE_MEDIA = ['--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/**
 * What the npm browser's own arguments must not contain here: it is made for one process in a cloud function, and it switches
 * off what a test of a page in frames is about: web security and the isolation of sites.
 */
const EXCLUDED_ARGUMENTS = new Set([
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
]);

function installedBrowser(): string | undefined {
  const named = process.env['CHROME_PATH'];
  if (named === undefined || named === '') return USUAL_PATHS.find((place) => existsSync(place));
  if (existsSync(named)) return named;
  throw new Error(
    problem({
      name: 'CHROME_PATH',
      wrong: 'no such file',
      got: named,
      why: 'It names the browser that drives /qa.',
      fix: 'Name an installed Chrome, or unset it.',
    }),
  );
}

/**
 * Unpacks the npm browser once, which takes some seconds. It is unpacked by a process with a temporary folder of its own and
 * then moved, in one step: two at the same time would otherwise start each other's half-written file.
 */
async function unpackedBrowser(): Promise<string> {
  // In the package's own folder, so that another version of it brings its own.
  const cache = path.resolve(require.resolve('@sparticuz/chromium'), '../../..');
  const place = path.join(cache, 'unpacked');
  if (!existsSync(place)) {
    const own = await mkdtemp(path.join(cache, 'unpacking-'));
    const script = "require('@sparticuz/chromium').executablePath()";
    await promisify(execFile)(process.execPath, ['-e', script], {
      cwd: __dirname,
      env: { ...process.env, TMPDIR: own },
    });
    // Refused when another process was first: then its browser is there.
    await rename(own, place).catch(() => rm(own, { recursive: true }));
  }
  return path.join(place, 'chromium');
}

/** The browser from npm: a full Chromium, for Linux on x64. */
async function browserFromNpm(): Promise<{ executablePath: string; args: string[] }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      problem({
        name: 'Chrome',
        wrong: 'not found, and the one from npm is for Linux on x64',
        got: `${process.platform} on ${process.arch}`,
        why: 'Without a browser nobody drives /qa.',
        fix: 'Install Chrome, or name one in CHROME_PATH.',
      }),
    );
  }
  const { default: packaged } = await import('@sparticuz/chromium');
  return {
    executablePath: await unpackedBrowser(),
    args: packaged.args.filter((argument) => !EXCLUDED_ARGUMENTS.has(argument)),
  };
}

/**
 * Starts a headless browser with a fake camera and microphone: an installed Chrome or Chromium (`CHROME_PATH`, else the usual
 * places), else the one from npm. The caller closes it.
 * @throws when there is none for this machine.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = installedBrowser();
  const { executablePath, args } =
    installed === undefined ? await browserFromNpm() : { executablePath: installed, args: [] };
  return chromium.launch({
    executablePath,
    args: [...args, '--no-sandbox', ...FAKE_MEDIA],
    headless: true,
    // Else Playwright ends this process, before a call that was begun is ended.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** What Daily records: MP4 with H.264 and AAC (docs.daily.co, read 2026-11-22). */
const MP4 = 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"';

export interface OpenedBrowser {
  readonly browser: Browser;
  /** Asks the backend with the proof's credentials. */
  readonly page: Page;
}

/**
 * Starts a browser that can play recordings, with a page.
 * @param roomOrigin a room on this machine records what this browser sends
 */
export const browserStep = (
  backend: BackendClient,
  roomOrigin: string | undefined,
): ProofStep<OpenedBrowser> => ({
  id: 'browser',
  about: 'a headless browser starts',
  expected: 'it plays H.264 and AAC',
  isRepeatable: true,
  run: async () => {
    const browser = await launchBrowser().catch((error: unknown) => {
      throw new StepStopped('not-tried', messageOf(error));
    });
    try {
      const name = `Chromium ${browser.version()}`;
      const page = await browser.newPage();
      const isHere = roomOrigin !== undefined && isLoopback(new URL(roomOrigin));
      if (!isHere && !(await page.evaluate<boolean>(`MediaSource.isTypeSupported('${MP4}')`))) {
        const fix = 'Name an installed Chrome in CHROME_PATH.';
        throw new StepStopped('not-tried', `${name} plays no H.264 and AAC`, fix);
      }
      await addProofHeaders(page, backend);
      return { found: name, value: { browser, page } };
    } catch (error) {
      await browser.close();
      throw error;
    }
  },
});
