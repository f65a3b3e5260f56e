import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { StepStopped } from './steps';
import { failedWithCause, JOIN_MS } from './visit';

const ROOT = path.resolve(__dirname, '../..');

/** Where a call takes place. */
export interface CallRoom {
  readonly url: string;
  /** Of a private room. */
  readonly token?: string;
}

/**
 * What the page runs: daily-js and the part that every front end of this project takes. `join` resolves with what came of the
 * recording. As text, because the types of this program have no DOM.
 */
const SCRIPT = `
import Daily from '@daily-co/daily-js';
import { recordWhenJoined } from './app/qa/record-when-joined';

globalThis.proof = {
  join: (room) => new Promise((resolve) => {
    const call = Daily.createFrame(document.body);
    const failed = (detail) => resolve({ phase: 'failed', detail });
    const watch = recordWhenJoined(call, (report) => {
      if (report.phase !== 'starting') resolve(report);
    });
    call.on('error', ({ errorMsg }) => failed(errorMsg));
    setTimeout(failed, ${JOIN_MS}, 'the room does not answer');
    globalThis.proof.leave = async () => {
      await watch.stop();
      await call.leave();
    };
    void call.join(room).catch(() => undefined);
  }),
};`;

const REPORT = z.object({
  phase: z.string(),
  trouble: z.enum(['refused', 'role', 'silence', 'other']).optional(),
  detail: z.string().default('nothing is recorded'),
});

const CAUSES = { refused: 'room-refused', role: 'role-refused', other: 'broke-off' } as const;

/**
 * Opens a page of the proof's own, for a backend that has none. It is served on this machine: a page that did not come from
 * the network may frame no room on this machine, and none has a camera but by https or on this machine.
 */
export async function openOwnPage(page: Page): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: ROOT },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    define: { global: 'globalThis' },
    logLevel: 'warning',
  });
  const script = outputFiles[0]?.text.replaceAll('</script', String.raw`<\/script`) ?? '';
  const html = `<!doctype html><meta charset="utf-8"><title>recordings prove</title><body><script>${script}</script>`;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  // Also where the page was closed before: nothing waits for it.
  server.unref();
  page.once('close', () => server.close());
  const address = server.address();
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/`);
}

/** Joins, waits until the room says that it records, talks, and leaves. @throws StepStopped when nothing is recorded */
export async function talkOnOwnPage(
  page: Page,
  room: CallRoom,
  { talkSec, signal }: { readonly talkSec: number; readonly signal: AbortSignal },
): Promise<void> {
  const report = REPORT.parse(await page.evaluate(`proof.join(${JSON.stringify(room)})`));
  const { phase, trouble, detail } = report;
  if (phase !== 'started') {
    if (trouble === undefined || trouble === 'silence')
      throw new StepStopped('failed', `${phase}: ${detail}`);
    throw failedWithCause(CAUSES[trouble], `The room says: ${detail}`);
  }
  await pause(talkSec * 1000, undefined, { signal });
  await page.evaluate('proof.leave()');
}
