import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { START_PATH, type StartedCall } from './call';
import { CAUSES, runbookOf, type Cause } from '../../app/watch/causes';
import { messageOf, StepStopped, type ProofStep } from './steps';

const STEP_MS = 30_000;

const STARTED = z.object({
  conversation_id: z.string(),
  page_token: z.string(),
  recording: z.object({ enabled: z.boolean(), reason: z.string().optional() }),
});

const PROBLEM = z.object({ type: z.string(), title: z.string(), detail: z.string() });

/** Answers that say nothing about recording: nothing was started. */
const NOT_TRIED_TYPES = new Set(['busy', 'out-of-credits', 'too-many-requests']);

export interface QaVisitOptions {
  /** Undefined: the page asks for none. */
  readonly startKey: string | undefined;
  readonly talkSec: number;
  /** From then on somebody has to end the call. */
  readonly onStarted: (call: StartedCall) => void;
  readonly signal: AbortSignal;
}

/** Goes through `/qa` as a person does, up to the start: gives the key, checks camera and microphone, agrees. */
export const pageStep = (page: Page, url: string, { startKey }: QaVisitOptions): ProofStep<void> => ({
  id: 'page',
  about: 'a person opens /qa, gives the key, checks the devices, and agrees',
  expected: 'the conversation can be started',
  isRepeatable: true,
  run: async () => {
    page.setDefaultTimeout(STEP_MS);
    await page.goto(url);
    try {
      if (startKey !== undefined) {
        await page.getByLabel('Key').fill(startKey);
        await page.keyboard.press('Enter');
      }
      await page.getByRole('button', { name: 'Check camera and microphone' }).click();
      await page.getByRole('radio', { name: /^Yes, record it/ }).check();
      await page.locator('#start:enabled').waitFor();
    } catch (error) {
      const notices = await noticesOf(page);
      throw new StepStopped('failed', notices === '' ? messageOf(error) : `the page says: ${notices}`);
    }
    return { found: 'it can', value: undefined };
  },
});

/** What a page shows that something is wrong. */
const noticesOf = async (page: Page): Promise<string> =>
  (await page.getByRole('alert').filter({ visible: true }).allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ');

/** Starts a conversation on the page that {@link pageStep} has prepared. */
export async function startOnQa(page: Page, { onStarted }: QaVisitOptions): Promise<StartedCall> {
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname === START_PATH,
    // The backend asks Tavus for up to half a minute.
    { timeout: 2 * STEP_MS },
  );
  await page.getByRole('button', { name: 'Start conversation' }).click();
  const response = await answered;
  const body: unknown = await response.json().catch(() => undefined);
  return readStart({ status: response.status(), body }, onStarted);
}

/** The conversation that was started. @throws StepStopped when there is none, or it is not recorded */
export function readStart(
  { status, body }: { readonly status: number; readonly body: unknown },
  onStarted: QaVisitOptions['onStarted'],
): StartedCall {
  const started = STARTED.safeParse(body).data;
  if (status >= 300 || started === undefined) {
    const problem = PROBLEM.safeParse(body).data;
    if (problem === undefined) throw new StepStopped('failed', `HTTP ${status} from ${START_PATH}`);
    const type = problem.type.split(':').at(-1) ?? '';
    throw new StepStopped(
      NOT_TRIED_TYPES.has(type) ? 'not-tried' : 'failed',
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

/** A room that cannot be reached says so after 75 s; a recording that does not start, 30 s after the joining. */
export const JOIN_MS = 110_000;

const SETTLED = /^(?:Recording|Recording refused|Recording failed|Recording stopped|Not recorded)$/;

/** Waits until the page says that it records, talks, and ends. @throws StepStopped when nothing is recorded */
export async function talkAndEnd(page: Page, { talkSec, signal }: QaVisitOptions): Promise<void> {
  const line = page.locator('[data-text=recordingLine]');
  const recording = line.filter({ hasText: SETTLED });
  // It says that it takes long, and goes on.
  const outside = page.locator('[data-show=joinNotice]').filter({ hasNotText: 'The room takes long' });
  const refused = page.locator('[data-show=problem]');
  await recording
    .or(outside)
    .or(refused)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: JOIN_MS })
    // What the page says then says more.
    .catch(() => undefined);
  const words = await line.innerText();
  if (words !== 'Recording') throw notRecorded(words, await noticesOf(page));
  // The one wait for time itself: a recording takes as long as it takes.
  await pause(talkSec * 1000, undefined, { signal });
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('heading', { name: 'Conversation over' }).waitFor();
}

/** The watch's causes by the titles of what the page says. */
const CAUSE_OF_NOTICE: Readonly<Record<string, Cause>> = {
  'The room refused to record': 'room-refused',
  'The room has no access to the bucket': 'role-refused',
  'The recording could not be started': 'broke-off',
  'The recording broke off': 'broke-off',
};

/** What it means that a page does not record. */
export function notRecorded(line: string, notices: string): StepStopped {
  if (notices.startsWith('The room cannot be reached')) return new StepStopped('not-tried', notices);
  const found = `The page says: ${line}. ${notices}`.trim();
  // A page that has asked gives up by itself.
  if (line.startsWith('Recording is starting')) return failedWithCause('not-asked', found);
  const title = Object.keys(CAUSE_OF_NOTICE).find((one) => notices.startsWith(one));
  const cause = title === undefined ? undefined : CAUSE_OF_NOTICE[title];
  return cause === undefined ? new StepStopped('failed', found) : failedWithCause(cause, found);
}

/** A step that failed for a reason that the runbook has. */
export const failedWithCause = (cause: Cause, found: string): StepStopped =>
  new StepStopped('failed', `${CAUSES[cause].sentence} ${found}`, `See ${runbookOf(cause)}.`, cause);
