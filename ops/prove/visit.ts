import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { START_PATH, type StartedCall } from './call';
import { StepStopped } from './steps';

const STEP_MS = 30_000;

const STARTED = z.object({
  conversation_id: z.string(),
  page_token: z.string(),
  recording: z.object({ enabled: z.boolean(), reason: z.string().optional() }),
});

const PROBLEM = z.object({ type: z.string(), title: z.string(), detail: z.string() });

/** Answers that say nothing about recording: nothing was started. */
const NOT_TRIED = new Set(['busy', 'out-of-credits', 'too-many-requests']);

export interface VisitOptions {
  /** Undefined: the page asks for none. */
  readonly startKey: string | undefined;
  readonly talkSec: number;
  /** From then on somebody has to end the call. */
  readonly onStarted: (call: StartedCall) => void;
  readonly signal: AbortSignal;
}

/** Starts a conversation on `/qa` as a person does: gives the key, checks camera and microphone, agrees. */
export async function startOnQa(page: Page, url: string, options: VisitOptions): Promise<StartedCall> {
  page.setDefaultTimeout(STEP_MS);
  await page.goto(url);
  const { startKey, onStarted } = options;
  if (startKey !== undefined) {
    await page.getByLabel('Key').fill(startKey);
    await page.keyboard.press('Enter');
  }
  await page.getByRole('button', { name: 'Check camera and microphone' }).click();
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname === START_PATH,
    // The backend asks Tavus for up to half a minute.
    { timeout: 2 * STEP_MS },
  );
  await page.getByRole('radio', { name: /^Yes, record it/ }).check();
  await page.getByRole('button', { name: 'Start conversation' }).click();
  const response = await answered;
  const body: unknown = await response.json().catch(() => undefined);
  return readStart({ status: response.status(), body }, onStarted);
}

/** The conversation that was started. @throws StepStopped when there is none, or it is not recorded */
export function readStart(
  { status, body }: { readonly status: number; readonly body: unknown },
  onStarted: VisitOptions['onStarted'],
): StartedCall {
  const started = STARTED.safeParse(body).data;
  if (status >= 300 || started === undefined) {
    const problem = PROBLEM.safeParse(body).data;
    if (problem === undefined) throw new StepStopped('failed', `HTTP ${status} from ${START_PATH}`);
    const type = problem.type.split('/').at(-1) ?? '';
    throw new StepStopped(
      NOT_TRIED.has(type) ? 'not-tried' : 'failed',
      `HTTP ${status} ${type}: ${problem.title}`,
      problem.detail,
    );
  }
  const { conversation_id: conversationId, page_token: pageToken, recording } = started;
  const call = { conversationId, pageToken };
  onStarted(call);
  if (!recording.enabled) {
    throw new StepStopped(
      'failed',
      `the backend does not record this call: ${recording.reason ?? 'no reason given'}`,
      'See "Nothing is in the bucket" in RECORDING_CONFIGURATION.md.',
    );
  }
  return call;
}

/** Waits until the page says that it records, talks, and ends. @returns how long it talked */
export async function talkAndEnd(page: Page, { talkSec, signal }: VisitOptions): Promise<number> {
  const line = page.locator('[data-text=recordingLine]');
  const settled = /^(?:Recording|Recording refused|Recording failed|Recording stopped|Not recorded)$/;
  await line
    .filter({ hasText: settled })
    .waitFor()
    .catch(async () => {
      throw new StepStopped('failed', `after 30 s the page says "${await line.innerText()}"`);
    });
  const said = await line.innerText();
  if (said !== 'Recording') {
    const detail = await page.locator('[data-text=recordingDetail]').innerText();
    throw new StepStopped('failed', `${said}. ${detail}`.trim());
  }
  const beganMs = performance.now();
  // The one wait for time itself: a recording takes as long as it takes.
  await pause(talkSec * 1000, undefined, { signal });
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('heading', { name: 'Conversation over' }).waitFor();
  return (performance.now() - beganMs) / 1000;
}
