import { styleText } from 'node:util';
import type { Proven } from './prove';
import { exitCode, type StepResult, type StepStatus } from './steps';

const MARKS: Readonly<Record<StepStatus, { mark: string; colour: Parameters<typeof styleText>[0] }>> = {
  passed: { mark: '✓', colour: 'green' },
  failed: { mark: '✗', colour: 'red' },
  skipped: { mark: '-', colour: 'yellow' },
  'not-tried': { mark: '?', colour: 'magenta' },
};

/** One step, for people, while the proof goes on: what was found, and what to do where it did not pass. */
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

const VERDICTS = {
  0: 'Proof passed.',
  1: 'Proof failed.',
  2: 'The recording could not be tried.',
} as const;

/** The last line for people. */
export function summary(results: readonly StepResult[]): string {
  const skipped = results.filter(({ status }) => status === 'skipped').map(({ id }) => id);
  const left = skipped.length === 0 ? '' : ` Skipped: ${skipped.join(', ')}.`;
  return `${VERDICTS[exitCode(results)]}${left}\n`;
}

/** The report for programs; its fields are part of the interface. */
export const jsonReport = (
  url: string,
  at: Date,
  { call, status }: Proven,
  results: readonly StepResult[],
): string =>
  JSON.stringify(
    {
      passed: exitCode(results) === 0,
      exitCode: exitCode(results),
      at: at.toISOString(),
      backend: url,
      conversationId: call?.conversationId ?? null,
      state: status?.recording ?? null,
      recordings: status?.recordings ?? [],
      steps: results.map(({ fix, seconds, ...step }) => ({
        ...step,
        fix: fix ?? null,
        seconds: Math.round(seconds * 1000) / 1000,
      })),
    },
    null,
    2,
  );
