import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';

export const ROOT = path.resolve(__dirname, '../../..');

const REPORT = z.object({
  ok: z.boolean(),
  landed: z.boolean(),
  mistake: z
    .object({
      name: z.string(),
      tavusSaid: z.string().nullable(),
      browserHeard: z.string().nullable(),
      cause: z.string().nullable(),
      sentence: z.string(),
      watchSaid: z.string().nullable(),
    })
    .nullable(),
  totals: z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }),
  checks: z.array(z.object({ id: z.string(), state: z.string(), found: z.string(), enforcedBy: z.string() })),
  steps: z.array(z.object({ title: z.string(), seconds: z.number() })),
});

/** Exit code and output of a run. */
export interface FinishedRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the laptop cloud as `npm run local` does. */
export function startLocal(args: readonly string[], npm = false): ChildProcessWithoutNullStreams {
  return npm
    ? spawn('npm', ['run', '--silent', 'local', '--', ...args], { cwd: ROOT })
    : spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], { cwd: ROOT });
}

/** Waits for the end of a run. */
export function finished(child: ChildProcessWithoutNullStreams): Promise<FinishedRun> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** Waits until a run has printed a text on standard error. @returns the output since the call */
export const untilPrinted = (child: ChildProcessWithoutNullStreams, expected: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.once('close', () => reject(new Error(`ended before it printed ${expected}:\n${text}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(expected)) resolve(text);
    });
  });

/** The report, and the exit code. */
export type FinishedReport = z.infer<typeof REPORT> & { readonly code: number | null };

export const failuresOf = ({ checks }: FinishedReport): readonly string[] =>
  checks.filter(({ state }) => state === 'failed').map(({ id }) => id);

/** Runs the laptop cloud with `--once --json`. */
export async function runLocal(...args: readonly string[]): Promise<FinishedReport> {
  const { code, stdout, stderr } = await finished(startLocal([...args, '--once', '--json']));
  if (stdout === '') throw new Error(`no report, exit code ${code}:\n${stderr}`);
  return { ...REPORT.parse(JSON.parse(stdout)), code };
}
