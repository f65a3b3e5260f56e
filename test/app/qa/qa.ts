import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { buildPages } from '../../../app/build-pages';
import { launchBrowser } from '../../../ops/prove/browser';
import { HAPPY, startStub, type Script, type SeenRequest } from './stub-backend';

/** A page opened on the stub, with its errors: policy violations and uncaught exceptions. */
export interface OpenedQa {
  readonly page: Page;
  readonly faults: readonly string[];
}

export interface Qa {
  /** Opens the page with a backend that follows `script`, changes to the successful case. */
  visit(script?: Partial<Script>, options?: OpenQaOptions): Promise<OpenedQa>;
  /** Changes the backend's responses from now on. */
  change(script: Partial<Script>): void;
  /** Requests to the backend since the last visit began. */
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

export interface OpenQaOptions extends BrowserContextOptions {
  /** The page's clock can then be moved by `page.clock`. */
  readonly ownClock?: boolean;
}

/** The built page, a stub backend, a stub room and one browser for a test file. */
export async function startQa(): Promise<Qa> {
  const pages = await mkdtemp(path.join(tmpdir(), 'qa-'));
  await buildPages(pages);
  const stub = await startStub(pages);
  const browser = await launchBrowser();

  return {
    seen: stub.seen,
    change(script) {
      stub.script = { ...stub.script, ...script };
    },
    async visit(script = {}, { ownClock = false, ...options } = {}) {
      // Closed first: a closing page still sends its end.
      for (const context of browser.contexts()) await context.close();
      stub.script = { ...HAPPY, ...script };
      const context = await browser.newContext({ permissions: ['camera', 'microphone'], ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(5_000);
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        if (message.text().includes('Security Policy')) faults.push(message.text());
      });
      if (ownClock) await page.clock.install();
      stub.seen.length = 0;
      await page.goto(`${stub.origin}/qa`);
      return { page, faults };
    },
    async close() {
      await browser.close();
      stub.close();
      await rm(pages, { recursive: true });
    },
  };
}

/** Checks the devices, selects the choice if there is one, and starts. */
export async function startConversation(page: Page, choice?: 'record' | 'no-recording'): Promise<void> {
  await page.click('#check');
  await page.waitForSelector('#preview:visible');
  if (choice) await page.check(`[value=${choice}]`);
  await page.click('#start');
}

/** Waits until an element with exactly this text is visible. */
export async function sees(page: Page, text: string): Promise<void> {
  await page.getByText(text, { exact: true }).filter({ visible: true }).first().waitFor();
}
