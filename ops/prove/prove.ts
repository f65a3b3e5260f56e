import type { Browser, Page } from 'playwright-core';
import type { Backend, Status } from './backend';
import { launchBrowser } from './browser';
import { awaitLanding } from './landing';
import { onOwnOrigin } from './own-origin';
import { Steps, StepStopped } from './steps';
import { startOnQa, talkAndEnd, type StartedCall } from './visit';

export interface ProveOptions {
  readonly backend: Backend;
  /** Undefined: only a person could give it, so a page that asks for it stops the proof. */
  readonly startKey: string | undefined;
  /** Whether the headers are an operator's: then the start is marked as a proof, and the recording is played. */
  readonly isOperator: boolean;
  readonly talkSec: number;
  readonly mostMs: number;
  readonly signal: AbortSignal;
  readonly progress: (words: string) => void;
}

/** What a proof leaves behind, beside its steps. */
export interface Proven {
  readonly call: StartedCall | undefined;
  readonly status: Status | undefined;
}

/** Has a browser talk on `/qa` and follows the recording until it is seen in the bucket. The call is ended in any case. */
export async function prove(options: ProveOptions, steps: Steps): Promise<Proven> {
  const { backend, signal } = options;
  let browser: Browser | undefined;
  let running: StartedCall | undefined;
  const closeBrowser = (): void => void browser?.close().catch(() => undefined);
  signal.addEventListener('abort', closeBrowser, { once: true });
  const proven: { call?: StartedCall; status?: Status } = {};
  try {
    const config = await steps.run({
      id: 'backend',
      about: `${backend.url} answers`,
      expected: 'recording is on',
      run: async () => {
        const value = await backend.config();
        if (value.keyRequired && options.startKey === undefined) {
          throw new StepStopped(
            'not-tried',
            'it asks for the start key',
            'Give START_API_KEY in the environment or by --env-file.',
          );
        }
        return { found: 'recording is on', value };
      },
    });
    if (config === undefined) return result(proven);
    const page = await steps.run({
      id: 'browser',
      about: 'a browser with a synthetic camera and microphone starts',
      expected: 'a browser that plays H.264',
      run: async () => {
        browser = await launchBrowser();
        const context = await browser.newContext();
        await onOwnOrigin(context, backend, options.isOperator);
        const value = await context.newPage();
        return { found: `Chromium ${browser.version()}`, value };
      },
    });
    if (page === undefined) return result(proven);
    const visit = {
      startKey: config.keyRequired ? options.startKey : undefined,
      talkSec: options.talkSec,
      signal,
      onStarted: (call: StartedCall): void => {
        running = call;
        proven.call = call;
      },
    };
    const call = await steps.run({
      id: 'start',
      about: '/qa: key, devices and consent; a conversation starts',
      expected: 'a conversation that is recorded',
      run: async () => {
        const value = await startOnQa(page, `${backend.origin}/qa`, visit);
        return { found: value.conversationId, value };
      },
    });
    if (call === undefined) return result(proven);
    const talked = await steps.run({
      id: 'talk',
      about: `/qa: the recording starts; ${options.talkSec} s of talk; the call ends`,
      expected: 'Recording',
      run: async () => {
        const value = await talkAndEnd(page, visit);
        running = undefined;
        return { found: `Recording, ${value.toFixed(1)} s`, value };
      },
    });
    if (talked === undefined) return result(proven);
    proven.status = await landing(options, steps, call);
    return result(proven);
  } finally {
    signal.removeEventListener('abort', closeBrowser);
    closeBrowser();
    if (running !== undefined) await endCall(backend, running, options.progress);
  }
}

const result = ({ call, status }: { call?: StartedCall; status?: Status }): Proven => ({ call, status });

async function landing(
  { backend, mostMs, signal, progress }: ProveOptions,
  steps: Steps,
  call: StartedCall,
): Promise<Status | undefined> {
  return steps.run({
    id: 'landed',
    about: 'the recording lands in the bucket',
    expected: 'landed: seen there, complete, playable, encrypted as deployed',
    run: async () => {
      const value = await awaitLanding(backend, call, { mostMs, signal, onState: progress });
      return { found: value.recording, value };
    },
  });
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
    progress(
      `conversation ${call.conversationId} could not be ended (${error instanceof Error ? error.message : String(error)}); Tavus ends it by its limits`,
    );
  }
}
