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

/** Usual paths of Chrome and Chromium on Linux, macOS and Windows. */
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

/** A camera with a test picture, a microphone that beeps, and permissions granted without a prompt. */
const FAKE_MEDIA = ['--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/**
 * Default arguments of the npm browser that are left out. They are meant for a cloud function: a single process without
 * web security and site isolation. A page with frames must be tested with both.
 */
const EXCLUDED_ARGUMENTS = new Set([
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
]);

function installedBrowser(): string | undefined {
  const named = process.env['CHROME_PATH'];
  if (named === undefined || named === '') return USUAL_PATHS.find((file) => existsSync(file));
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
 * Unpacks the npm browser once, which takes some seconds. It unpacks into a temporary folder and then renames it, so that
 * a parallel run never starts an incomplete file.
 */
async function unpackedBrowser(): Promise<string> {
  // In the package's own folder, so that each version has its own copy.
  const cache = path.resolve(require.resolve('@sparticuz/chromium'), '../../..');
  const unpacked = path.join(cache, 'unpacked');
  if (!existsSync(unpacked)) {
    const own = await mkdtemp(path.join(cache, 'unpacking-'));
    const script = "require('@sparticuz/chromium').executablePath()";
    await promisify(execFile)(process.execPath, ['-e', script], {
      cwd: __dirname,
      env: { ...process.env, TMPDIR: own },
    });
    // Fails if another process was faster; its copy is used then.
    await rename(own, unpacked).catch(() => rm(own, { recursive: true }));
  }
  return path.join(unpacked, 'chromium');
}

/** The browser from npm: a full Chromium, for Linux on x64. */
async function browserFromNpm(): Promise<{ executablePath: string; args: string[] }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      problem({
        name: 'Chrome',
        wrong: 'not found, and the one from npm is for Linux on x64',
        got: `${process.platform} on ${process.arch}`,
        why: 'The proof drives /qa in a browser.',
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
 * Starts a headless browser with a fake camera and microphone: the one of `CHROME_PATH`, or an installed Chrome or
 * Chromium, or the one from npm. The caller closes it.
 * @throws when there is no browser for this machine
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = installedBrowser();
  const { executablePath, args } =
    installed === undefined ? await browserFromNpm() : { executablePath: installed, args: [] };
  return chromium.launch({
    executablePath,
    args: [...args, '--no-sandbox', ...FAKE_MEDIA],
    headless: true,
    // Otherwise Playwright would end this process before a running call is ended.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Format of Daily's recordings (docs.daily.co, read 2026-11-22). */
const MP4 = 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"';

export interface OpenedBrowser {
  readonly browser: Browser;
  /** Adds the proof's credentials to its requests to the backend. */
  readonly page: Page;
}

/**
 * Starts a browser that can play recordings, with a page.
 * @param roomOrigin for a room on this machine the check is skipped: it records in a format that this browser plays
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
      const isLocalRoom = roomOrigin !== undefined && isLoopback(new URL(roomOrigin));
      if (!isLocalRoom && !(await page.evaluate<boolean>(`MediaSource.isTypeSupported('${MP4}')`))) {
        const fix = 'Set CHROME_PATH to an installed Chrome.';
        throw new StepStopped('not-tried', `${name} cannot play H.264 and AAC`, fix);
      }
      await addProofHeaders(page, backend);
      return { found: name, value: { browser, page } };
    } catch (error) {
      await browser.close();
      throw error;
    }
  },
});
