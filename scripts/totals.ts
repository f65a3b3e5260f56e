import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { CHECKS } from './command';

const JEST = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
});

const REPORT = z.object({
  totals: z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }),
});

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function counts(file: string): Counts {
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const jest = JEST.safeParse(json);
  if (jest.success) {
    const { data } = jest;
    return {
      passed: data.numPassedTests,
      // A test file that cannot run counts as one failure: Jest counts none of its tests.
      failed: data.numFailedTests + data.numRuntimeErrorTestSuites,
      skipped: data.numPendingTests + data.numTodoTests,
    };
  }
  const { totals } = REPORT.parse(json);
  return totals;
}

// A step that was not reached has no file. Then the run has already failed.
const found = ['unit.json', 'mutants.json', 'local-tests.json', 'report.json']
  .map((file) => path.join(CHECKS, file))
  .filter((file) => existsSync(file))
  .map(counts);
const sum = (pick: (one: Counts) => number): number => found.reduce((total, one) => total + pick(one), 0);

console.log(
  `${sum((one) => one.passed)} passed, ${sum((one) => one.failed)} failed, ${sum((one) => one.skipped)} skipped`,
);
