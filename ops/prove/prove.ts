import type { Browser, Page } from 'playwright-core';
import type { BackendClient, QaConfigSubset, CallStatus } from './backend-client';
import { browserStep } from './browser';
import { awaitLanding } from './landing';
import { proveOwnBackend, type OwnBackendOptions } from './own-backend';
import { MEDIA_STEP, mediaStep, PLAYS_STEP, playsStep, seenStep } from './playback';
import { messageOf, StepStopped, type ProofStep, type StepRunner } from './steps';
import type { StartedCall } from './call';
import { pageStep, startOnQa, talkAndEnd, type QaVisitOptions } from './visit';

export interface ProveOptions {
  readonly backend: BackendClient;
  readonly talkSec: number;
  readonly mostMs: number;
  readonly signal: AbortSignal;
  readonly progress: (words: string) => void;
  /** For a backend without `/qa`. @default the proof does not read the bucket */
  readonly openBucket?: OwnBackendOptions['openBucket'];
}

/** Result of a proof, beside its steps. */
export interface ProofResult {
  /** Undefined: no conversation was started. */
  call?: StartedCall;
  /** Undefined: the final state of the recording is unknown. */
  status?: CallStatus;
}

/** Talks on `/qa` in a browser and waits until the recording is verified in the bucket. Always ends the call. */
export async function prove(options: ProveOptions, steps: StepRunner): Promise<ProofResult> {
  const { backend, signal, talkSec, progress } = options;
  const proven: ProofResult = {};
  let browser: Browser | undefined;
  let running: StartedCall | undefined;
  let isStarting = false;
  const closeBrowser = async (): Promise<void> => browser?.close().catch(() => undefined);
  const interrupt = (): void => {
    // A pending start creates a conversation; only its answer has the id that is needed to end it.
    if (isStarting) progress('waiting for the answer to the start, to end the conversation');
    else void closeBrowser();
  };
  const end = async (): Promise<void> => {
    const call = running;
    running = undefined;
    if (call !== undefined) await endCall(backend, call, progress);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const config = await steps.run(backendStep(backend));
    const opened = await steps.run(browserStep(backend, config?.roomOrigin));
    browser = opened.browser;
    const { page } = opened;
    const visit: QaVisitOptions = {
      startKey: config?.keyRequired === false ? undefined : backend.startKey,
      talkSec,
      signal,
      onStarted: (call) => {
        running = proven.call = call;
      },
    };
    if (config === undefined) {
      const own = { ...options, browser, page, visit, end, onState: progress };
      await proveOwnBackend(own, steps, (status) => (proven.status = status));
      return proven;
    }
    await steps.run(pageStep(page, `${backend.origin}/qa`, visit));
    isStarting = true;
    const call = await steps.run(startStep(page, visit)).finally(() => (isStarting = false));
    await steps.run(talkStep(page, visit));
    // The page has ended it already, unless its request failed.
    await end();
    proven.status = await steps.run(landingStep(options, call));
    await checkAsOperator(options, steps, { browser, page, call });
  } catch (error) {
    // The failed step has the reason.
    if (!(error instanceof StepStopped)) throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    await end();
    await closeBrowser();
  }
  return proven;
}

/** Its value is undefined when the backend has no `/qa`. */
const backendStep = (backend: BackendClient): ProofStep<QaConfigSubset | undefined> => ({
  id: 'backend',
  about: `${backend.origin} answers`,
  expected: 'recording is on',
  isRepeatable: true,
  run: async () => {
    const config = await backend.config();
    if (config === undefined) {
      return { found: 'it has no /qa, so the proof uses its own page', value: undefined };
    }
    if (config.keyRequired) await backend.assertMayStart();
    return { found: 'recording is on', value: config };
  },
});

const startStep = (page: Page, visit: QaVisitOptions): ProofStep<StartedCall> => ({
  id: 'start',
  about: 'the page starts a conversation',
  expected: 'a recorded conversation',
  run: async () => {
    const value = await startOnQa(page, visit);
    return { found: value.conversationId, value };
  },
});

const talkStep = (page: Page, visit: QaVisitOptions): ProofStep<void> => ({
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
): ProofStep<CallStatus> => ({
  id: 'landed',
  about: 'the recording lands in the bucket',
  expected: 'landed: verified there, complete, playable, encrypted as deployed',
  run: async () => {
    const value = await awaitLanding(backend, call, { mostMs, signal, onState: progress });
    const isSeen = value.recording === 'landed';
    return { found: isSeen ? 'landed' : 'announced by Tavus; the backend has not verified it', value };
  },
});

interface LandedCall {
  readonly browser: Browser;
  readonly page: Page;
  readonly call: StartedCall;
}

/** Steps that need operator credentials: checks the verification, and plays the recording. */
async function checkAsOperator(
  { backend, talkSec }: ProveOptions,
  steps: StepRunner,
  { browser, page, call }: LandedCall,
): Promise<void> {
  const seen = seenStep(backend, call, talkSec);
  const skip = (why: string, ...left: readonly Parameters<StepRunner['skip']>[0][]): void => {
    for (const step of left) steps.skip(step, why);
  };
  if (!backend.isOperator) {
    skip('neither OPERATOR_KEY nor --entra-app is given', seen, PLAYS_STEP, MEDIA_STEP);
    return;
  }
  try {
    await steps.run(seen);
  } catch (error) {
    if (!(error instanceof StepStopped && error.status === 'skipped')) throw error;
    skip('the backend has not verified it', PLAYS_STEP, MEDIA_STEP);
    return;
  }
  const url = await steps.run(playsStep(page, backend, call));
  await steps.run(mediaStep(browser, url, talkSec));
}

/** Ends a call. Never rejects. */
async function endCall(
  backend: BackendClient,
  call: StartedCall,
  progress: (words: string) => void,
): Promise<void> {
  const { conversationId: id } = call;
  try {
    // Retried once: a running conversation costs money.
    await backend.end(call).catch(() => backend.end(call));
    progress(`conversation ${id} ended`);
  } catch (error) {
    progress(`conversation ${id} could not be ended (${messageOf(error)}); it ends by Tavus's own limits`);
  }
}
