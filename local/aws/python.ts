import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../../contract/problem';
import { isRunning } from '../lifetime';
import { runChild, tail } from './child-process';
import type { ChildResult } from './child-process';
import { findPython } from './find-python';
import type { Python } from './find-python';

const ENDS_WITH_PARENT = join(__dirname, 'emulator', 'ends_with_parent.py');

/** What to install, and where. */
interface VenvProps {
  /** Names the folder and the messages, for example `aws` or `cfn-lint`. */
  readonly name: string;
  /** Every package pinned with `--hash`, the dependencies too. */
  readonly requirementsFile: string;
  /** Made when missing. Safe to delete: the next run installs again. */
  readonly cacheDirectory: string;
  /** Variables that name proxies. @default - as this process has them */
  readonly proxies?: NodeJS.ProcessEnv | undefined;
  readonly report: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A virtual environment with exactly the packages of a requirements file, installed on first use; returns the path of
 * its Python. A finished one costs one start of Python, about 30 ms.
 *
 * It is installed into a folder of its own and renamed into place when complete: an interrupted install leaves nothing
 * that could be mistaken for a finished one, and two runs at once don't meet. Only `python` in it may be used (with
 * `-m`): the scripts beside it remember the old folder.
 *
 * @throws when no suitable Python is found or the packages cannot be had, with what to do about it.
 */
export async function ensureVenv(props: VenvProps): Promise<string> {
  const requirements = await readFile(props.requirementsFile, 'utf8');
  const key = createHash('sha256')
    .update(`${process.platform} ${process.arch}\n${requirements}`)
    .digest('hex');
  const directory = join(props.cacheDirectory, `venv-${props.name}-${key.slice(0, 12)}`);
  if (existsSync(directory)) {
    if (await works(directory, props.signal)) return pythonIn(directory);
    props.report(`The Python of ${directory} has changed or gone: installing ${props.name} again`);
    await rm(directory, { recursive: true, force: true });
  }
  await install(directory, props);
  return pythonIn(directory);
}

async function install(directory: string, props: VenvProps): Promise<void> {
  const python = await findPython();
  await mkdir(props.cacheDirectory, { recursive: true });
  await removeAbandoned(directory, props.cacheDirectory);
  const partial = `${directory}.partial-${process.pid}-${randomUUID().slice(0, 8)}`;
  try {
    await fill(partial, python, props);
    await publish(partial, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function fill(partial: string, python: Python, props: VenvProps): Promise<void> {
  props.report(`Installing ${props.name} with Python ${python.version} (first use only)`);
  const made = await runChild({
    command: python.command,
    args: [...python.args, '-I', ENDS_WITH_PARENT, 'venv', partial],
    signal: props.signal,
  });
  if (made.code !== 0) throw new Error(venvFailure(props.name, partial, made));
  const installed = await runChild({
    command: pythonIn(partial),
    args: ['-I', ENDS_WITH_PARENT, 'pip', ...pipArguments(props.requirementsFile)],
    env: { ...process.env, ...props.proxies },
    signal: props.signal,
    onLine: (line) => {
      const progress = /^(Collecting \S+|Installing collected packages)/.exec(line)?.[1];
      if (progress !== undefined) props.report(progress);
    },
  });
  if (installed.code !== 0) throw new Error(pipFailure(props, installed));
}

/** Only wheels: nothing is compiled, and no package's own code runs while it is installed. */
function pipArguments(requirementsFile: string): string[] {
  const quiet = [
    '--no-input',
    '--disable-pip-version-check',
    '--no-warn-script-location',
    '--progress-bar',
    'off',
  ];
  return [
    'install',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--retries',
    '2',
    ...quiet,
    '-r',
    requirementsFile,
  ];
}

/** When another run was faster, its environment is as good as ours. */
async function publish(partial: string, directory: string): Promise<void> {
  try {
    await rename(partial, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
}

async function works(directory: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const { code } = await runChild({
      command: pythonIn(directory),
      args: ['-I', '-c', 'import pip'],
      signal,
    });
    return code === 0;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

/** Leftovers of runs that were killed; those of a living process may still be in use. */
async function removeAbandoned(directory: string, cacheDirectory: string): Promise<void> {
  for (const entry of await readdir(cacheDirectory)) {
    const pid = /\.partial-(\d+)-/.exec(entry)?.[1];
    if (pid === undefined || !join(cacheDirectory, entry).startsWith(directory) || isRunning(Number(pid)))
      continue;
    await rm(join(cacheDirectory, entry), { recursive: true, force: true });
  }
}

function pythonIn(directory: string): string {
  return process.platform === 'win32'
    ? join(directory, 'Scripts', 'python.exe')
    : join(directory, 'bin', 'python');
}

function venvFailure(name: string, directory: string, { code, stdout, stderr }: ChildResult): string {
  const what = problem({
    name: 'Python',
    wrong: `no virtual environment could be made in ${directory}`,
    got: `exit code ${code}`,
    why: `${name} cannot be installed without one.`,
    fix: 'On Debian or Ubuntu run `apt install python3-venv`; else check that the folder can be written.',
  });
  return `${what}\n${tail(stdout + stderr)}`;
}

function pipFailure(props: VenvProps, { code, stdout, stderr }: ChildResult): string {
  const what = problem({
    name: 'pip',
    wrong: `the packages of ${props.requirementsFile} could not be installed`,
    got: `exit code ${code}`,
    why: `${props.name} cannot start without exactly these.`,
    fix: 'Check the connection to the Python package index; behind a mirror set PIP_INDEX_URL, behind a proxy HTTPS_PROXY, then run the command again.',
  });
  return `${what}\n${tail(stdout + stderr)}`;
}
