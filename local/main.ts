import path from 'node:path';
import { nodeProblem } from '../contract/node-floor';
import { UsageError } from '../ops/usage-error';
import { abortReason } from './aws/child-process';
import { totals } from './checks';
import { Interrupted, untilInterrupted } from './lifetime';
import { HELP, parseOptions, type Options } from './options';
import { jsonReport, stayingUp, textReport } from './report';
import { ProgressSteps } from './progress-steps';

const ROOT = path.resolve(__dirname, '..');

/** Runs the command line. Progress goes to standard error, the report to standard output. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args, process.stdout.isTTY);
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    return await laptopCloud(options);
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`\n${error.message} Everything that was started is stopped.\n`);
      return error.exitCode;
    }
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function laptopCloud(options: Options): Promise<number> {
  const signal = untilInterrupted();
  const steps = new ProgressSteps(process.stderr);
  // Loaded here, because the libraries of both clouds take seconds, which `--help` does not need.
  const { bringUp } = await import('./laptop.js');
  const laptop = await bringUp(options, steps, ROOT, signal);
  try {
    process.stdout.write(
      options.json
        ? `${jsonReport(options, laptop, steps.times)}\n`
        : textReport(options, laptop, process.stdout),
    );
    if (!options.once) {
      process.stderr.write(stayingUp(laptop, ROOT));
      await new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(abortReason(signal)), { once: true });
        void laptop.emulator.exited.then(({ log }) =>
          reject(new Error(`The AWS emulator ended by itself.\n${log}`)),
        );
      });
    }
    return totals(laptop.checks).failed === 0 ? 0 : 1;
  } finally {
    await laptop.stop();
  }
}

async function run(): Promise<void> {
  const tooOld = nodeProblem();
  if (tooOld !== undefined) {
    process.stderr.write(`${tooOld}\n`);
    process.exitCode = 1;
    return;
  }
  process.exitCode = await main(process.argv.slice(2));
}

void run();
