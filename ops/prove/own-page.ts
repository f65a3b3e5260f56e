import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { StepStopped } from './steps';
import { failedWithCause, JOIN_MS } from './visit';

const ROOT = path.resolve(__dirname, '../..');

/** The room of a call. */
export interface CallRoom {
  readonly url: string;
  /** Meeting token of a private room. */
  readonly token?: string;
}

/**
 * Script of the page: daily-js and `recordWhenJoined`, which every front end of this project uses. `join` resolves with the
 * first report about the recording. Text, because this program is compiled without DOM types.
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
 * Opens the proof's own page, for a backend without one. It is served from this machine: only https and loopback pages have a
 * camera, and only a page from the network may frame a room on this machine.
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
  // The server must not keep the process alive.
  server.unref();
  page.once('close', () => server.close());
  const address = server.address();
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/`);
}

/** Joins, waits until the room reports that it records, talks, and leaves. @throws StepStopped when nothing is recorded */
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
    throw failedWithCause(CAUSES[trouble], `The room reports: ${detail}`);
  }
  await pause(talkSec * 1000, undefined, { signal });
  await page.evaluate('proof.leave()');
}
