import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseEnv } from 'node:util';
import { withEnvFile } from '../env-file';
import { isLoopback } from '../../contract/schemas';
import { UsageError } from '../usage-error';

/** Where each run of the laptop cloud writes what a command needs to reach it. */
export const LAPTOP_ENV = 'laptop.env';
const RUNS = path.join('.local', 'runs');

/** What is proven. */
export interface ProofTarget {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly isLaptop: boolean;
}

/** @throws UsageError when no backend is named, and no laptop cloud runs */
export function findTarget(
  { url, envFile }: { readonly url: string | undefined; readonly envFile: string | undefined },
  processEnv: NodeJS.ProcessEnv,
): ProofTarget {
  const env = withEnvFile(envFile, processEnv, 'npx recordings prove');
  if (url !== undefined) return { url: new URL(url).origin, env, isLaptop: false };
  const laptop = findLaptopEnv();
  const laptopUrl = laptop?.['PUBLIC_BASE_URL'];
  if (laptopUrl === undefined) {
    throw new UsageError(
      [
        '--url: missing, and no laptop cloud runs here. Name a backend, or run `npm run local` in another terminal',
      ],
      'npx recordings prove',
    );
  }
  return { url: laptopUrl, env: { ...env, ...laptop }, isLaptop: true };
}

/** Has this process reach the clouds of the laptop: the packages of AWS and Azure read no other environment. */
export function useLaptopEnv(env: NodeJS.ProcessEnv): void {
  Object.assign(process.env, env);
  const file = env['NODE_EXTRA_CA_CERTS'];
  // Node reads that variable only when it starts.
  if (file !== undefined) {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')]);
  }
}

/** Of the newest run whose process is there. */
function findLaptopEnv(): NodeJS.ProcessEnv | undefined {
  const runs = entriesOf(RUNS).filter(isRunning);
  for (const pid of runs.toSorted((one, other) => Number(other) - Number(one))) {
    try {
      return parseEnv(readFileSync(path.join(RUNS, pid, LAPTOP_ENV), 'utf8'));
    } catch {
      // It is not up yet.
    }
  }
  return undefined;
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

/** What is wrong with an address of a backend; undefined: nothing. */
export function urlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  const wrong = (what: string): string => `--url: ${what}, such as https://recordings.example.com`;
  if (url === null || !/^https?:$/.test(url.protocol)) return `${wrong('is not an address')}, got ${text}`;
  if (url.username !== '' || url.password !== '')
    return wrong('has a name or password in it. Give the address alone');
  // Keys would be read on the way, and a page has no camera there.
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return `${wrong('is not https. Keys are sent there, and a page has a camera by https alone. Give its https address')}, got ${url.origin}`;
  }
  return undefined;
}

/** Asks before anything is paid for. @throws UsageError when there is nobody to ask, or the answer is no */
export async function confirm(url: string, talkSec: number): Promise<void> {
  const cost = `This starts a real conversation at ${url}: about ${Math.ceil((talkSec + 30) / 60)} min of Tavus, and one of its slots.`;
  if (!process.stdin.isTTY) {
    throw new UsageError(
      [`--yes: missing, got nothing. ${cost} Nobody can be asked here`],
      'npx recordings prove',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D are no.
    const answer = await terminal.question(`${cost} Go on? [y/N] `).catch(() => 'no');
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError(['Nothing was started']);
  } finally {
    terminal.close();
  }
}
