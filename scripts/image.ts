import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { problem } from '../contract/problem';
import { IMAGE_PLATFORM } from '../ops/deploy/base-images';
import { read, run } from './command';

const IMAGE = 'localhost/tavus-recordings:check';
const HEALTHY_WITHIN_MS = 15_000;
const POLL_MS = 100;

/** Container engines in order of preference. The commands used here are the same in each. */
const ENGINES = ['docker', 'podman'] as const;

/** As strict as a production platform: no capabilities, only the ledger's volume is writable. */
const HARDENED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--volume', '/data'];

/** The minimal settings; no request is sent. */
const SETTINGS = [
  'TAVUS_API_KEY=check',
  'TAVUS_REPLICA_ID=check',
  'PORT=8080',
  'LEDGER_URL=file:/data/ledger.sqlite',
];

const succeeds = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const output = (command: string, args: readonly string[]): string => read(command, args).trim();

async function untilHealthy(url: string): Promise<number> {
  const started = performance.now();
  for (;;) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    const tookMs = performance.now() - started;
    if (isUp) return tookMs;
    if (tookMs > HEALTHY_WITHIN_MS)
      throw new Error(`${url}: not healthy after ${HEALTHY_WITHIN_MS / 1000} s.`);
    await pause(POLL_MS);
  }
}

/** Builds the image, runs it hardened until it is healthy, and stops it. It must exit with 0. */
async function main(): Promise<void> {
  const engine = ENGINES.find((name) => succeeds(name, ['info']));
  if (engine === undefined) {
    console.error(
      problem({
        name: 'image',
        wrong: 'cannot be built here',
        got: `no working ${ENGINES.join(' or ')}`,
        why: 'Nothing about the image was checked.',
        fix: 'Start Docker, or install podman, and run this again.',
      }),
    );
    process.exitCode = 2;
    return;
  }
  if (run(engine, ['build', '--platform', IMAGE_PLATFORM, '-f', 'app/Dockerfile', '-t', IMAGE, '.']) !== 0) {
    process.exitCode = 1;
    return;
  }
  const settings = SETTINGS.flatMap((setting) => ['--env', setting]);
  const id = output(engine, [
    'run',
    '-d',
    '--platform',
    IMAGE_PLATFORM,
    ...HARDENED,
    '--publish',
    '127.0.0.1::8080',
    ...settings,
    IMAGE,
  ]);
  try {
    const address = output(engine, ['port', id, '8080/tcp']).split('\n')[0] ?? '';
    const tookMs = await untilHealthy(`http://${address}/healthz`);
    output(engine, ['stop', '--time', '10', id]);
    const code = output(engine, ['inspect', '--format', '{{.State.ExitCode}}', id]);
    console.error(
      `image: healthy after ${Math.round(tookMs)} ms, read-only and without capabilities; stopped with exit code ${code}`,
    );
    process.exitCode = code === '0' ? 0 : 1;
  } finally {
    output(engine, ['rm', '--force', '--volumes', id]);
  }
}

void main();
