import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram } from '../local/azure/engine/engine';
import { StandInAzure } from '../local/azure/cloud/stand-in-azure';
import { StandInProvider } from '../local/azure/provider/provider';
import { handedOver, NOTHING_RUNS, ON, SECRETS, writeHandOver } from '../test/infra-azure/samples';
import { pairs, readRuns, report } from './median';

/**
 * Wall time and peak memory of the SDK's runner for a preview of our Pulumi program, against a program that only imports
 * the same modules: what our resources cost on top of what nobody can avoid. The engine is the same small one for both.
 */
const BAR = 1.25;

const ROOT = path.join(__dirname, '..');
const OURS = 'infra-azure/index.ts';
const IMPORT_ONLY = 'bench/fixtures/import-only/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));
writeHandOver(folder, { 'TavusRecordings-bench': handedOver('bench') });

/** The backend with recording, and everything else that can be declared. */
const CONFIG_OF_OURS: Readonly<Record<string, string>> = {
  ...ON,
  handOverFile: path.join(folder, 'cdk-outputs.json'),
};
const SECRET_KEYS_OF_OURS = Object.keys(SECRETS);

const rssFile = path.join(folder, 'peak-rss');
const preload = pathToFileURL(path.join(__dirname, 'fixtures', 'peak-rss.mjs')).href;
/** Checks nothing: only the program's own cost counts. */
const provider = new StandInProvider(new StandInAzure(NOTHING_RUNS), () => []);
const MEGABYTE = 1024 * 1024;

/** Seconds; the peak memory goes into the list. */
async function previewSeconds(program: string, megabytes: number[]): Promise<number> {
  const started = performance.now();
  const { exitCode, log } = await runProgram({
    rootDirectory: ROOT,
    main: program,
    project: 'tavus-recordings',
    stack: 'bench',
    config: program === OURS ? CONFIG_OF_OURS : {},
    secretKeys: program === OURS ? SECRET_KEYS_OF_OURS : [],
    preview: true,
    provider,
    env: { NODE_OPTIONS: `--import=${preload}`, BENCH_PEAK_RSS_FILE: rssFile },
  });
  const seconds = (performance.now() - started) / 1000;
  if (exitCode !== 0) {
    throw new Error(
      `${program}: its preview failed, got exit code ${exitCode}. It can't be measured. Its log:\n${log.map(({ text }) => text).join('\n')}`,
    );
  }
  megabytes.push(Number(readFileSync(rssFile, 'utf8')) / MEGABYTE);
  return seconds;
}

async function main(): Promise<void> {
  const runs = readRuns(11);
  // Fills the page cache, and loads gRPC into this process.
  await previewSeconds(IMPORT_ONLY, []);
  await previewSeconds(OURS, []);

  const memory: { readonly ours: number[]; readonly bare: number[] } = { ours: [], bare: [] };
  const wall = await pairs(runs, {
    ours: () => previewSeconds(OURS, memory.ours),
    bare: () => previewSeconds(IMPORT_ONLY, memory.bare),
  });
  report('Pulumi preview, wall time', 's', 'imports alone', wall, BAR);
  const rss = memory.ours.map((ours, pair) => ({ ours, bare: memory.bare[pair] ?? NaN }));
  report('Pulumi preview, peak memory of the runner', 'MB', 'imports alone', rss, BAR);
}

void main().finally(() => rmSync(folder, { recursive: true, force: true }));
