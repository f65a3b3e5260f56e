import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseEnv } from 'node:util';
import { withEnvFile } from '../env-file';
import { isLoopback } from '../../contract/schemas';
import { UsageError } from '../usage-error';

/** File in which each run of the laptop cloud writes the environment that a command needs to reach it. */
export const LAPTOP_ENV = 'laptop.env';
const RUNS = path.join('.local', 'runs');

/** The backend to prove. */
export interface ProofTarget {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly isLaptop: boolean;
}

/** @throws UsageError when --url is missing and no laptop cloud runs */
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
        '--url: missing, and no laptop cloud runs here. Give the address of a backend, or run `npm run local` in another terminal',
      ],
      'npx recordings prove',
    );
  }
  return { url: laptopUrl, env: { ...env, ...laptop }, isLaptop: true };
}

/** Copies the laptop's environment into this process: the packages of AWS and Azure read no other one. */
export function useLaptopEnv(env: NodeJS.ProcessEnv): void {
  Object.assign(process.env, env);
  const file = env['NODE_EXTRA_CA_CERTS'];
  // Node reads this variable only at its start.
  if (file !== undefined) {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')]);
  }
}

/** Environment of the newest run whose process is alive. */
function findLaptopEnv(): NodeJS.ProcessEnv | undefined {
  const runs = entriesOf(RUNS).filter(isRunning);
  for (const pid of runs.toSorted((one, other) => Number(other) - Number(one))) {
    try {
      return parseEnv(readFileSync(path.join(RUNS, pid, LAPTOP_ENV), 'utf8'));
    } catch {
      // The run is not ready yet.
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

/** Problem of a backend's address; undefined if it is valid. */
export function urlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  const wrong = (what: string): string => `--url: ${what}, such as https://recordings.example.com`;
  if (url === null || !/^https?:$/.test(url.protocol)) return `${wrong('is not an address')}, got ${text}`;
  if (url.username !== '' || url.password !== '')
    return wrong('has a name or password in it. Give only the address');
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return `${wrong('is not https. Keys would be sent in clear text, and a page has a camera only with https. Give its https address')}, got ${url.origin}`;
  }
  return undefined;
}

/** Asks for confirmation before anything is billed. @throws UsageError when there is no terminal, or the answer is no */
export async function confirm(url: string, talkSec: number): Promise<void> {
  const cost = `This starts a real conversation at ${url}. It costs about ${Math.ceil((talkSec + 30) / 60)} min of Tavus time and uses one of your concurrent conversations.`;
  if (!process.stdin.isTTY) {
    throw new UsageError(
      [`--yes: missing, got nothing. ${cost} There is no terminal to ask for confirmation`],
      'npx recordings prove',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D mean no.
    const answer = await terminal.question(`${cost} Continue? [y/N] `).catch(() => 'no');
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError(['Nothing was started']);
  } finally {
    terminal.close();
  }
}
