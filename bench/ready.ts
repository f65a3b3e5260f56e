import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { get } from 'node:http';
import path from 'node:path';
import { defined } from '../contract/defined';
import { problem, ProblemsError } from '../contract/problem';
import { pairs, readRuns, report } from './median';

/** Time from process start to the first 200 on /healthz: the production bundle against a minimal `node:http` server. */
const MAX_RATIO = 2.8;

const BUNDLE = path.join(__dirname, '..', 'dist', 'server.mjs');
const HELLO = path.join(__dirname, 'fixtures', 'hello.mjs');
const PORT = 18_080;
const POLL_MS = 1;

function isUp(): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: PORT, path: '/healthz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

async function msUntilReady(script: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      HOST: '127.0.0.1',
      PORT: String(PORT),
      TAVUS_API_KEY: 'bench',
      TAVUS_REPLICA_ID: 'r1',
      ...defined({ NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }),
    },
  });
  try {
    while (!(await isUp())) {
      if (child.exitCode !== null) throw new Error(`${script}: ended, got exit code ${child.exitCode}.`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return performance.now() - started;
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

async function main(): Promise<void> {
  const runs = readRuns(11);
  if (!existsSync(BUNDLE)) {
    const why = 'There is nothing to measure.';
    const fix = 'Run `npm run build`.';
    throw new ProblemsError([problem({ name: BUNDLE, wrong: 'missing', got: 'nothing', why, fix })]);
  }
  // Warms the page cache and the compile cache, if configured.
  for (const script of [HELLO, BUNDLE, HELLO, BUNDLE]) await msUntilReady(script);
  const all = await pairs(runs, { ours: () => msUntilReady(BUNDLE), bare: () => msUntilReady(HELLO) });
  report('First 200 on /healthz after the start', 'ms', 'bare node:http hello', all, MAX_RATIO);
}

void main();
