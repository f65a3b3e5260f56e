import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import cdkJson from '../cdk.json';

/**
 * `cdk synth` of our app against an app with one empty stack: the same CLI, runner and cdk.json, the library's validator
 * off, no credentials. Interleaved, because a shared machine drifts; the median of the pairs' ratios counts.
 */
const BAR = 1.2;

const ROOT = path.join(__dirname, '..');
const CLI = path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const EMPTY_APP = cdkJson.app.replace('infra-aws/app.ts', 'bench/fixtures/empty-app.ts');

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));

/** Without credentials and without asking the network for any. */
const ENVIRONMENT = {
  HOME: folder,
  PATH: [path.join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(path.delimiter),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  CDK_VALIDATION: 'false',
};

function synthSeconds(app: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [CLI, 'synth', '--quiet', '--no-notices', '--app', app, '--output', path.join(folder, 'out')],
    { cwd: ROOT, env: ENVIRONMENT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${app}: cdk synth failed, got exit code ${status}.\n${stderr}`);
  return (performance.now() - started) / 1000;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, number) => sum + number, 0) / middle.length;
}

function main(): void {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '11' } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(
      `--runs: is not a whole number above 0, got ${values.runs}. No median can be taken. Use --runs 11.`,
    );
  }
  // Fills the page cache and tsx's own.
  synthSeconds(EMPTY_APP);
  synthSeconds(cdkJson.app);

  const pairs = Array.from({ length: runs }, (_, run) => {
    // Taking turns, so that neither is always the second.
    if (run % 2 === 0) {
      const empty = synthSeconds(EMPTY_APP);
      return { empty, ours: synthSeconds(cdkJson.app) };
    }
    const ours = synthSeconds(cdkJson.app);
    return { empty: synthSeconds(EMPTY_APP), ours };
  });
  const ratio = median(pairs.map(({ empty, ours }) => ours / empty));
  console.log(`cdk synth, validator off, ${runs} interleaved pairs, medians of wall time`);
  console.log(`  one empty stack  ${median(pairs.map(({ empty }) => empty)).toFixed(2)} s`);
  console.log(`  our app          ${median(pairs.map(({ ours }) => ours)).toFixed(2)} s`);
  console.log(`  ratio            ${ratio.toFixed(2)} (bar ${BAR}): ${ratio <= BAR ? 'holds' : 'MISSED'}`);
  if (ratio > BAR) process.exitCode = 1;
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
