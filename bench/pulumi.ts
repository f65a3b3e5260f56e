import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram, type ProgramRun } from '../local/azure/engine/engine';
import { StandInAzure } from '../local/azure/cloud/stand-in-azure';
import { StandInProvider } from '../local/azure/provider/provider';
import { PROJECT } from '../local/azure/stack/project';
import { handedOver, NOTHING_RUNS, ON, SECRETS, writeHandOver } from '../test/infra-azure/samples';
import { readRuns, reference, report, type Pair } from './median';

/**
 * Wall time and peak memory of the SDK's runner for a preview of our Pulumi program, against a program that only imports
 * the same modules. The engine is the same small one for both. Ours runs as Pulumi.yaml says, with its arguments for Node;
 * the others as projects that say nothing.
 *
 * A third program registers as many resources as ours with nothing in them: the SDK's own price of a resource, most of it
 * stack traces mapped to their sources (measured 2026-11 with @pulumi/pulumi 3.270.0).
 */
const BAR = 1.25;

const ROOT = path.join(__dirname, '..');
const OURS = { main: PROJECT.main, nodeargs: PROJECT.nodeargs };
const IMPORT_ONLY = { main: 'bench/fixtures/import-only/index.ts' };
/** The same, but with our arguments for Node: what they alone bring. */
const SAME_ARGUMENTS = { ...IMPORT_ONLY, nodeargs: PROJECT.nodeargs };
const BARE_RESOURCES = { main: 'bench/fixtures/bare-resources/index.ts' };

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

async function preview(
  program: Pick<ProgramRun, 'main' | 'nodeargs'>,
  config: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  const started = performance.now();
  const { exitCode, log, resources } = await runProgram({
    rootDirectory: ROOT,
    ...program,
    project: PROJECT.project,
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
      `${program.main}: its preview failed, got exit code ${exitCode}. It can't be measured. Its log:\n${log.map(({ text }) => text).join('\n')}`,
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

  const measure = {
    bare: () => preview(IMPORT_ONLY),
    same: () => preview(SAME_ARGUMENTS),
    empty: () => preview(BARE_RESOURCES, { count: String(resources) }),
    ours: () => preview(OURS, CONFIG_OF_OURS),
  };
  type Contender = keyof typeof measure;
  const turn: readonly Contender[] = ['bare', 'same', 'empty', 'ours'];
  const costs: Readonly<Record<Contender, Cost[]>> = { bare: [], same: [], empty: [], ours: [] };
  for (let run = 0; run < runs; run += 1) {
    // Taking turns, so that none is always the last.
    for (const contender of run % 2 === 0 ? turn : turn.toReversed()) {
      costs[contender].push(await measure[contender]());
    }
  }
  const against = (rival: Contender, of: 'megabytes' | 'seconds'): Pair[] =>
    costs[rival].flatMap((bare, run) => {
      const ours = costs.ours[run];
      return ours === undefined ? [] : [{ ours: ours[of], bare: bare[of] }];
    });
  for (const [rival, title] of [
    ['empty', `${resources} resources with nothing in them`],
    ['same', 'imports alone, with our arguments for Node'],
  ] as const) {
    reference('wall time', title, against(rival, 'seconds'));
    reference('peak memory', title, against(rival, 'megabytes'));
  }
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
