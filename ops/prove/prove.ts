import type { Browser, Page } from 'playwright-core';
import type { Backend, Status } from './backend';
import { launchBrowser } from './browser';
import { awaitLanding } from './landing';
import { proveOwnBackend, type OwnBackend } from './own-backend';
import { onOwnOrigin } from './own-origin';
import { MEDIA, mediaStep, PLAYS, playsStep, seenStep } from './playback';
import { StepStopped, type Step, type Steps } from './steps';
import type { StartedCall } from './call';
import { startOnQa, talkAndEnd, type VisitOptions } from './visit';

export interface ProveOptions {
  readonly backend: Backend;
  readonly talkSec: number;
  readonly mostMs: number;
  readonly signal: AbortSignal;
  readonly progress: (words: string) => void;
  /** For a backend without `/qa`. @default the bucket is not looked into */
  readonly openBucket?: OwnBackend['openBucket'];
}

/** What a proof leaves behind, beside its steps. */
export interface Proven {
  /** Undefined: no conversation was started. */
  call?: StartedCall;
  /** Undefined: it is not known what became of the recording. */
  status?: Status;
}

/** Has a browser talk on `/qa` and follows the recording until it is seen in the bucket. The call is ended in any case. */
export async function prove(options: ProveOptions, steps: Steps): Promise<Proven> {
  const { backend, signal, talkSec } = options;
  const proven: Proven = {};
  let browser: Browser | undefined;
  let running: StartedCall | undefined;
  const closeBrowser = (): void => void browser?.close().catch(() => undefined);
  signal.addEventListener('abort', closeBrowser, { once: true });
  try {
    const { hasQa, startKey } = await steps.run(backendStep(options));
    const visit = {
      startKey,
      talkSec,
      signal,
      onStarted: (call: StartedCall): void => {
        running = proven.call = call;
      },
    };
    browser = await launchBrowser();
    const context = await browser.newContext();
    await onOwnOrigin(context, backend);
    const page = await context.newPage();
    if (!hasQa) {
      const end = async (): Promise<void> => {
        if (running !== undefined) await endCall(backend, running, options.progress);
        running = undefined;
      };
      const own = { ...options, browser, page, visit, end, onState: options.progress };
      await proveOwnBackend(own, steps, (status) => (proven.status = status));
      return proven;
    }
    const call = await steps.run(startStep(page, backend, visit));
    await steps.run(talkStep(page, visit));
    running = undefined;
    const status = (proven.status = await steps.run(landingStep(options, call)));
    await look(options, steps, { browser, page, call, status });
  } catch (error) {
    // What stopped it is among the steps.
    if (!(error instanceof StepStopped)) throw error;
  } finally {
    signal.removeEventListener('abort', closeBrowser);
    closeBrowser();
    if (running !== undefined) await endCall(backend, running, options.progress);
  }
  return proven;
}

/** @returns whether it has `/qa`, and the key for a start */
const backendStep = ({
  backend,
}: ProveOptions): Step<{ readonly hasQa: boolean; readonly startKey: string | undefined }> => ({
  id: 'backend',
  about: `${backend.url} answers`,
  expected: 'recording is on',
  run: async () => {
    const config = await backend.config();
    const { startKey } = backend;
    if (config === undefined) {
      return { found: 'it has no /qa: the proof has a page of its own', value: { hasQa: false, startKey } };
    }
    const { keyRequired } = config;
    if (keyRequired && startKey === undefined) {
      const fix = 'Give START_API_KEY in the environment or by --env-file.';
      throw new StepStopped('not-tried', 'it asks for the start key', fix);
    }
    return { found: 'recording is on', value: { hasQa: true, startKey: keyRequired ? startKey : undefined } };
  },
});

const startStep = (page: Page, backend: Backend, visit: VisitOptions): Step<StartedCall> => ({
  id: 'start',
  about: 'a person gives the key on /qa, checks the devices, agrees, and starts a conversation',
  expected: 'a conversation that is recorded',
  run: async () => {
    const value = await startOnQa(page, `${backend.origin}/qa`, visit);
    return { found: value.conversationId, value };
  },
});

const talkStep = (page: Page, visit: VisitOptions): Step<void> => ({
  id: 'talk',
  about: `the page starts the recording; ${visit.talkSec} s of talk; the call ends`,
  expected: 'Recording',
  run: async () => {
    await talkAndEnd(page, visit);
    return { found: 'Recording', value: undefined };
  },
});

const landingStep = (
  { backend, mostMs, signal, progress }: ProveOptions,
  call: StartedCall,
): Step<Status> => ({
  id: 'landed',
  about: 'the recording lands in the bucket',
  expected: 'landed: seen there, complete, playable, encrypted as deployed',
  run: async () => {
    const value = await awaitLanding(backend, call, { mostMs, signal, onState: progress });
    return { found: value.recording, value };
  },
});

interface Landed {
  readonly browser: Browser;
  readonly page: Page;
  readonly call: StartedCall;
  readonly status: Status;
}

/** What only an operator may: look at what was seen, and play it. */
async function look(
  { backend, talkSec }: ProveOptions,
  steps: Steps,
  { browser, page, call, status }: Landed,
): Promise<void> {
  const seen = seenStep(backend, call, talkSec);
  if (!backend.isOperator || status.recording !== 'landed') {
    const why = backend.isOperator
      ? 'the backend may not look into the bucket'
      : 'no operator: neither OPERATOR_KEY nor --entra-app is given';
    for (const step of [seen, PLAYS, MEDIA]) steps.skip(step, why);
    return;
  }
  await steps.run(seen);
  const url = await steps.run(playsStep(page, backend, call));
  await steps.run(mediaStep(browser, url, talkSec));
}

async function endCall(
  backend: Backend,
  call: StartedCall,
  progress: (words: string) => void,
): Promise<void> {
  try {
    await backend.end(call);
    progress(`conversation ${call.conversationId} ended`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    progress(
      `conversation ${call.conversationId} could not be ended (${reason}); Tavus ends it by its limits`,
    );
  }
}
