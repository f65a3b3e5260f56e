import type { Emulator } from '../aws/emulator';
import { launchBrowser } from '../browser';
import type { Steps } from '../steps';
import type { Line } from '../verdict';
import { acceptanceLines, laptopBackend, type Surroundings } from './acceptance';
import { makeBundle } from './bundle';
import type { Backend } from './process';
import { qaLines } from './qa-lines';
import { visitQa } from './visit';

/** Where the proof takes place, and how much of it is wanted. */
export interface Stage {
  readonly emulator: Emulator;
  readonly root: string;
  /** This run's own folder. */
  readonly directory: string;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** Also drive /qa by a headless browser, instead of leaving it to a person. */
  readonly visit: boolean;
}

/** Bundles the backend and starts it with the values of the hand-over. */
export async function startHandedOverBackend(
  { steps, root, directory, signal }: Stage,
  { simulator, request }: Omit<Surroundings, 'bundle'>,
): Promise<{ backend: Backend; surroundings: Surroundings }> {
  const bundle = await steps.run('backend bundled as for production', () =>
    makeBundle(root, directory, signal),
  );
  const surroundings = { simulator, request, bundle };
  const backend = await steps.run('backend started with the handed-over values', () =>
    laptopBackend(surroundings),
  );
  return { backend, surroundings };
}

/** Tries the running backend: a browser on /qa where that is wanted, and what must hold with any Tavus. */
export async function proveBackend(
  { steps, emulator, visit }: Stage,
  backend: Backend,
  surroundings: Surroundings,
): Promise<Line[]> {
  const visited = visit
    ? await steps.run('a browser on /qa: agrees, talks, ends, plays its recording', () =>
        visitLines(emulator, backend, surroundings),
      )
    : [];
  const accepted = await steps.run('disordered and forged callbacks, recording off', () =>
    acceptanceLines(surroundings, [backend.log()]),
  );
  return [...visited, ...accepted];
}

async function visitLines(
  emulator: Emulator,
  backend: Backend,
  { simulator, request }: Surroundings,
): Promise<Line[]> {
  const browser = await launchBrowser();
  try {
    const visit = await visitQa(browser, `${backend.url}/qa`);
    return await qaLines(emulator, simulator, request.bucketName, browser, visit);
  } finally {
    await browser.close();
  }
}
