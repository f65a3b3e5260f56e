import { spawn } from 'node:child_process';
import path from 'node:path';
import { problem } from '../../contract/problem';
import { Refusal } from './refusal';

const ROOT = path.resolve(__dirname, '..', '..');

/** A program that a job runs, from this project or installed on the machine. */
type Program = 'az' | 'cdk' | 'doctor' | 'docker' | 'git' | 'hand-over' | 'npm' | 'pulumi';

/** A command line with its environment. */
export interface Command {
  readonly program: Program;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Standard input. Secrets go here, because every process can read command lines. */
  readonly input?: string | undefined;
}

/** Result of a command. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program. Its output is not shown, because it may contain secret values. */
export type Runner = (command: Command) => Promise<CommandResult>;

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
          why: 'A step of the job needs it.',
          fix: 'Install it, and run this again.',
        });
        reject(new Refusal([unstarted], { cause }));
      });
      // A program may end without reading its input; its exit code tells whether it failed.
      child.stdin.once('error', () => undefined);
      child.once('close', (code) => resolve({ code: code ?? 1, ...written }));
      child.stdin.end(input ?? '');
    });
