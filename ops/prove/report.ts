import { styleText } from 'node:util';
import type { FailingCheck } from './diagnosis';
import type { ProofResult } from './prove';
import { exitCode, type StepResult, type StepStatus } from './steps';

const MARKS: Readonly<Record<StepStatus, { mark: string; colour: Parameters<typeof styleText>[0] }>> = {
  passed: { mark: '✓', colour: 'green' },
  failed: { mark: '✗', colour: 'red' },
  skipped: { mark: '-', colour: 'yellow' },
  'not-tried': { mark: '?', colour: 'magenta' },
};

/** Lines for people about one step: its finding, and what to do if it did not pass. */
export function stepLines(
  { about, status, expected, found, fix, seconds }: StepResult,
  colour: boolean,
): string {
  const { mark, colour: format } = MARKS[status];
  const painted = colour ? styleText(format, mark, { validateStream: false }) : mark;
  const isFine = status === 'passed' || status === 'skipped';
  const time = seconds >= 0.1 ? ` (${seconds.toFixed(1)} s)` : '';
  return [
    `${painted} ${about}: ${found}${time}`,
    ...(isFine ? [] : [`    expected: ${expected}`]),
    ...(fix === undefined ? [] : [`    fix: ${fix}`]),
    '',
  ].join('\n');
}

const SUMMARIES = {
  0: 'Proof passed.',
  1: 'Proof failed.',
  2: 'The recording could not be tried.',
} as const;

/** The last line for people. */
export function summary(results: readonly StepResult[]): string {
  const skipped = results.filter(({ status }) => status === 'skipped').map(({ id }) => id);
  const left = skipped.length === 0 ? '' : ` Skipped: ${skipped.join(', ')}.`;
  return `${SUMMARIES[exitCode(results)]}${left}\n`;
}

/** Lines for people about the doctor's failed checks. */
export const checkLines = (checks: readonly FailingCheck[]): string =>
  checks.map(({ id, found, fix }) => `  doctor, ${id}: ${found}\n    fix: ${fix}\n`).join('');

export interface ProofReport {
  readonly backend: string;
  readonly at: Date;
  readonly proven: ProofResult;
  readonly results: readonly StepResult[];
  /** Failed checks of the doctor. */
  readonly checks: readonly FailingCheck[];
}

/** The report for programs; its fields are part of the interface. */
export const jsonReport = ({ backend, at, proven: { call, status }, results, checks }: ProofReport): string =>
  JSON.stringify(
    {
      passed: exitCode(results) === 0,
      exitCode: exitCode(results),
      at: at.toISOString(),
      backend,
      conversationId: call?.conversationId ?? null,
      state: status?.recording ?? null,
      cause: results.find(({ cause }) => cause !== undefined)?.cause ?? null,
      recordings: status?.recordings ?? [],
      steps: results.map(({ id, about, status: state, expected, found, fix, seconds }) => ({
        id,
        about,
        status: state,
        expected,
        found,
        fix: fix ?? null,
        seconds: Math.round(seconds * 1000) / 1000,
      })),
      doctor: checks,
    },
    null,
    2,
  );
