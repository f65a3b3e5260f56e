import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { buildPages } from '../../../app/build-pages';
import { readConfig } from '../../../app/config';
import { Ledger } from '../../../app/ledger/ledger';
import { memoryStore } from '../../../app/ledger/memory';
import type { RequestSender } from '../../../app/tavus/exchange';
import { launchBrowser } from '../../../ops/prove/browser';
import { open, TestClock, type RunningBackend } from '../helpers';
import { OPERATED, OPERATOR_KEY } from '../routes/recordings/opened';
import { ServedBucket } from './served-bucket';

/** The page in a browser, with its errors: policy violations and uncaught exceptions. */
export interface OpenedPage {
  readonly page: Page;
  readonly faults: readonly string[];
  readonly backend: RunningBackend;
  readonly ledger: Ledger;
  readonly bucket: ServedBucket;
}

export interface OpenPageOptions extends BrowserContextOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Fills the ledger and the bucket before the page opens. */
  readonly fill?: (ledger: Ledger, bucket: ServedBucket) => Promise<void>;
  readonly dispatcher?: RequestSender;
  readonly path?: string;
  /** @default true */
  readonly hasKey?: boolean;
}

export interface OperatedPages {
  visit(options?: OpenPageOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** The built page, one browser, and for each visit a separate backend with ledger and bucket. */
export async function startPages(): Promise<OperatedPages> {
  const assetsDir = await mkdtemp(path.join(tmpdir(), 'recordings-page-'));
  await buildPages(assetsDir);
  const browser = await launchBrowser();
  return {
    async visit({
      env = OPERATED,
      fill,
      dispatcher,
      path: address = '/recordings',
      hasKey = true,
      ...options
    } = {}) {
      for (const context of browser.contexts()) await context.close();
      const clock = new TestClock();
      const store = memoryStore();
      const ledger = new Ledger(store);
      const bucket = await new ServedBucket(() => clock.now()).listen();
      await fill?.(ledger, bucket);
      const backend = await open('http://127.0.0.1:1/v2', env, {
        store,
        clock,
        ...(readConfig(env).access !== undefined && { recordings: bucket }),
        assetsDir,
        ...(dispatcher !== undefined && { dispatcher }),
      });
      const context = await browser.newContext(options);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        if (message.text().includes('Security Policy')) faults.push(message.text());
      });
      await page.goto(`${backend.url}${address}`);
      if (hasKey) await giveKey(page);
      return { page, faults, backend, ledger, bucket };
    },
    async close() {
      await browser.close();
      await rm(assetsDir, { recursive: true });
    },
  };
}

export async function giveKey(page: Page, key = OPERATOR_KEY): Promise<void> {
  await page.fill('#key', key);
  await page.fill('#viewer', 'Ada');
  await page.keyboard.press('Enter');
}
