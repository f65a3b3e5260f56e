import { spawn } from 'node:child_process';
import path from 'node:path';
import { problem } from '../../contract/problem';
import { Refusal } from './refusal';

const ROOT = path.resolve(__dirname, '..', '..');

/** A program that the jobs run: of this project, or of the machine. */
type Program = 'az' | 'cdk' | 'doctor' | 'docker' | 'git' | 'hand-over' | 'npm' | 'pulumi';

/** One run of a program. */
export interface Command {
  readonly program: Program;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For standard input: the place of a secret, because a command line can be read by every process of the machine. */
  readonly input?: string | undefined;
}

/** What came of it. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program. Nothing that it prints is shown: it may hold values, and whoever may see the log may see all of it. */
export type Runner = (command: Command) => Promise<Finished>;

const BIN = path.join(ROOT, 'ops', 'bin.mjs');

const OWN: Readonly<Partial<Record<Program, readonly string[]>>> = {
  cdk: [path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk')],
  doctor: [BIN, 'doctor'],
  'hand-over': [BIN, 'hand-over'],
};

/**
 * A runner of real programs.
 * @param directory where they run: the folder of cdk.json and Pulumi.yaml
 */
export const runnerIn =
  (directory: string): Runner =>
  ({ program, args, env, input }) =>
    new Promise((resolve, reject) => {
      const own = OWN[program];
      const child = spawn(own === undefined ? program : process.execPath, [...(own ?? []), ...args], {
        cwd: directory,
        env,
      });
      const written = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
      child.once('error', (cause) => {
        const unstarted = problem({
          name: program,
          wrong: 'cannot be started',
          got: cause.message,
          why: 'It does a part of the work.',
          fix: 'Install it, and run this again.',
        });
        reject(new Refusal([unstarted], { cause }));
      });
      // A program that ends without reading its input is no failure of ours; its exit code says what it was.
      child.stdin.once('error', () => undefined);
      child.once('close', (code) => resolve({ code: code ?? 1, ...written }));
      child.stdin.end(input ?? '');
    });
