import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram } from '../local/azure/engine/engine';
import { StandInAzure } from '../local/azure/cloud/stand-in-azure';
import { StandInProvider } from '../local/azure/provider/provider';
import { handedOver, NOTHING_RUNS, ON, SECRETS, writeHandOver } from '../test/infra-azure/samples';
import { readRuns, reference, report, type Pair } from './median';

/**
 * Wall time and peak memory of the SDK's runner for a preview of our Pulumi program, against a program that only imports
 * the same modules. The engine is the same small one for both.
 *
 * A third program registers as many resources as ours with nothing in them. What it costs is the SDK's own price of a
 * resource, most of it a stack trace mapped to its sources (measured 2026-11 with @pulumi/pulumi 3.270.0).
 */
const BAR = 1.25;

const ROOT = path.join(__dirname, '..');
const OURS = 'infra-azure/index.ts';
const IMPORT_ONLY = 'bench/fixtures/import-only/index.ts';
const BARE_RESOURCES = 'bench/fixtures/bare-resources/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));
writeHandOver(folder, { 'TavusRecordings-bench': handedOver('bench') });

/** The backend with recording, and everything else that can be declared. */
const CONFIG_OF_OURS: Readonly<Record<string, string>> = {
  ...ON,
  handOverFile: path.join(folder, 'cdk-outputs.json'),
};

const rssFile = path.join(folder, 'peak-rss');
const preload = pathToFileURL(path.join(__dirname, 'fixtures', 'peak-rss.mjs')).href;
/** Checks nothing: only the program's own cost counts. */
const provider = new StandInProvider(new StandInAzure(NOTHING_RUNS), () => []);
const MEGABYTE = 1024 * 1024;

/** What one run took. */
interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
  readonly resources: number;
}

async function preview(program: string, config: Readonly<Record<string, string>> = {}): Promise<Cost> {
  const started = performance.now();
  const { exitCode, log, resources } = await runProgram({
    rootDirectory: ROOT,
    main: program,
    project: 'tavus-recordings',
    stack: 'bench',
    config,
    secretKeys: Object.keys(config).filter((key) => Object.hasOwn(SECRETS, key)),
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
  const megabytes = Number(readFileSync(rssFile, 'utf8')) / MEGABYTE;
  return { seconds, megabytes, resources: resources.filter(({ custom }) => custom).length };
}

async function main(): Promise<void> {
  const runs = readRuns(11);
  // Fills the page cache, and loads gRPC into this process.
  await preview(IMPORT_ONLY);
  const { resources } = await preview(OURS, CONFIG_OF_OURS);

  const costs: Record<'bare' | 'empty' | 'ours', Cost>[] = [];
  const measure = {
    bare: () => preview(IMPORT_ONLY),
    empty: () => preview(BARE_RESOURCES, { count: String(resources) }),
    ours: () => preview(OURS, CONFIG_OF_OURS),
  };
  for (let run = 0; run < runs; run += 1) {
    // Taking turns, so that none is always the last.
    if (run % 2 === 0) {
      const bare = await measure.bare();
      const empty = await measure.empty();
      costs.push({ bare, empty, ours: await measure.ours() });
    } else {
      const ours = await measure.ours();
      const empty = await measure.empty();
      costs.push({ ours, empty, bare: await measure.bare() });
    }
  }
  const against = (rival: 'bare' | 'empty', of: 'megabytes' | 'seconds'): Pair[] =>
    costs.map((cost) => ({ ours: cost.ours[of], bare: cost[rival][of] }));
  const empty = `${resources} resources with nothing in them`;
  reference('wall time', empty, against('empty', 'seconds'));
  reference('peak memory', empty, against('empty', 'megabytes'));
  report('Pulumi preview, wall time', 's', 'imports alone', against('bare', 'seconds'), BAR);
  report(
    'Pulumi preview, peak memory of the runner',
    'MB',
    'imports alone',
    against('bare', 'megabytes'),
    BAR,
  );
}

void main().finally(() => rmSync(folder, { recursive: true, force: true }));
