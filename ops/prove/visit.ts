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

/** Types of problems that prevent a start and say nothing about recording. */
const NOT_TRIED_TYPES = new Set(['busy', 'out-of-credits', 'too-many-requests']);

export interface QaVisitOptions {
  /** Undefined: the page requires none. */
  readonly startKey: string | undefined;
  readonly talkSec: number;
  /** Called as soon as there is a conversation, which then has to be ended. */
  readonly onStarted: (call: StartedCall) => void;
  readonly signal: AbortSignal;
}

/** Uses `/qa` as a person does, up to the start: enters the key, checks camera and microphone, agrees to the recording. */
export const pageStep = (page: Page, url: string, { startKey }: QaVisitOptions): ProofStep<void> => ({
  id: 'page',
  about: 'a person opens /qa, enters the key, checks the devices, and agrees to the recording',
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
      throw new StepStopped('failed', notices === '' ? messageOf(error) : `the page shows: ${notices}`);
    }
    return { found: 'it can be started', value: undefined };
  },
});

/** Texts of all visible alerts. */
const noticesOf = async (page: Page): Promise<string> =>
  (await page.getByRole('alert').filter({ visible: true }).allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ');

/** Starts a conversation on the page prepared by {@link pageStep}. */
export async function startOnQa(page: Page, { onStarted }: QaVisitOptions): Promise<StartedCall> {
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'POST' && new URL(response.url()).pathname === START_PATH,
    // The backend may wait half a minute for Tavus.
    { timeout: 2 * STEP_MS },
  );
  await page.getByRole('button', { name: 'Start conversation' }).click();
  const response = await answered;
  const body: unknown = await response.json().catch(() => undefined);
  return readStart({ status: response.status(), body }, onStarted);
}

/** Reads the answer to a start. @throws StepStopped when no conversation was started, or it is not recorded */
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

/** The page reports an unreachable room after 75 s, and a recording that does not start 30 s after joining. */
export const JOIN_MS = 110_000;

const SETTLED = /^(?:Recording|Recording refused|Recording failed|Recording stopped|Not recorded)$/;

/** Waits until the page shows that it records, talks, and ends the call. @throws StepStopped when nothing is recorded */
export async function talkAndEnd(page: Page, { talkSec, signal }: QaVisitOptions): Promise<void> {
  const line = page.locator('[data-text=recordingLine]');
  const recording = line.filter({ hasText: SETTLED });
  // The notice that joining takes long is not final.
  const notJoined = page.locator('[data-show=joinNotice]').filter({ hasNotText: 'Joining takes long' });
  const refused = page.locator('[data-show=problem]');
  await recording
    .or(notJoined)
    .or(refused)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: JOIN_MS })
    // After a timeout the texts of the page give the reason.
    .catch(() => undefined);
  const words = await line.innerText();
  if (words !== 'Recording') throw notRecorded(words, await noticesOf(page));
  await pause(talkSec * 1000, undefined, { signal });
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('heading', { name: 'Conversation over' }).waitFor();
}

/** Causes by the title of the page's notice. */
const CAUSE_OF_NOTICE: Readonly<Record<string, Cause>> = {
  'The room refused to record': 'room-refused',
  'The room has no access to the bucket': 'role-refused',
  'The recording could not be started': 'broke-off',
  'The recording broke off': 'broke-off',
};

/** Why the page does not record. */
export function notRecorded(line: string, notices: string): StepStopped {
  if (notices.startsWith('The room cannot be reached')) return new StepStopped('not-tried', notices);
  const found = `The page shows: ${line}. ${notices}`.trim();
  // After asking the room, the page stops waiting by itself; so it has not asked.
  if (line.startsWith('Recording is starting')) return failedWithCause('not-asked', found);
  const title = Object.keys(CAUSE_OF_NOTICE).find((one) => notices.startsWith(one));
  const cause = title === undefined ? undefined : CAUSE_OF_NOTICE[title];
  return cause === undefined ? new StepStopped('failed', found) : failedWithCause(cause, found);
}

/** A failed step whose cause is in the runbook. */
export const failedWithCause = (cause: Cause, found: string): StepStopped =>
  new StepStopped('failed', `${CAUSES[cause].sentence} ${found}`, `See ${runbookOf(cause)}.`, cause);
