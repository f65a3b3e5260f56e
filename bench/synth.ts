import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import cdkJson from '../cdk.json';
import { pairs, readRuns, report } from './median';

/**
 * `cdk synth` of our app against an app with one empty stack, with the same CLI, runner and cdk.json, without
 * validator and credentials.
 */
const MAX_RATIO = 1.2;

const ROOT = path.join(__dirname, '..');
const CLI = path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const EMPTY_APP = cdkJson.app.replace('infra-aws/app.ts', 'bench/fixtures/empty-app.ts');

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));

/** Without credentials, and without requests for them. */
const ENVIRONMENT = {
  HOME: folder,
  PATH: [path.join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(path.delimiter),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  CDK_VALIDATION: 'false',
};

function synthMs(app: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [CLI, 'synth', '--quiet', '--no-notices', '--app', app, '--output', path.join(folder, 'out')],
    { cwd: ROOT, env: ENVIRONMENT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${app}: cdk synth failed, got exit code ${status}.\n${stderr}`);
  return performance.now() - started;
}

async function main(): Promise<void> {
  const runs = readRuns(11);
  // Warms the page cache and the cache of tsx.
  synthMs(EMPTY_APP);
  synthMs(cdkJson.app);
  const all = await pairs(runs, { ours: () => synthMs(cdkJson.app), bare: () => synthMs(EMPTY_APP) });
  report('cdk synth, validator off', 'ms', 'one empty stack', all, MAX_RATIO);
}

void main().finally(() => rmSync(folder, { recursive: true, force: true }));
