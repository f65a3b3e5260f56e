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

/** Packages to install, and the folder for them. */
interface VenvProps {
  /** Name for the folder and for messages, for example `aws` or `cfn-lint`. */
  readonly name: string;
  /** Pins all packages and their dependencies with `--hash`. */
  readonly requirementsFile: string;
  /** Created when missing. Safe to delete: the next run installs again. */
  readonly cacheDirectory: string;
  /** Proxy variables. @default - those of this process */
  readonly proxies?: NodeJS.ProcessEnv | undefined;
  readonly report: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns the Python of a virtual environment with exactly the packages of a requirements file. The first call installs
 * it; later calls only check it, which takes about 30 ms.
 *
 * The installation goes into a temporary folder and is renamed when complete, so that an interrupted one is never used and
 * parallel runs do not conflict. Call only `python` in it (with `-m`), because its scripts contain the old path.
 *
 * @throws when no suitable Python is found or the packages cannot be installed, with the fix
 */
export async function ensureVenv(props: VenvProps): Promise<string> {
  const requirements = await readFile(props.requirementsFile, 'utf8');
  const key = createHash('sha256')
    .update(`${process.platform} ${process.arch}\n${requirements}`)
    .digest('hex');
  const directory = join(props.cacheDirectory, `venv-${props.name}-${key.slice(0, 12)}`);
  if (existsSync(directory)) {
    if (await isUsable(directory, props.signal)) return pythonIn(directory);
    props.report(`The Python of ${directory} has changed or is missing: installing ${props.name} again`);
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
    await installPackages(partial, python, props);
    await moveIntoPlace(partial, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function installPackages(partial: string, python: Python, props: VenvProps): Promise<void> {
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

/** Installs only wheels, so that nothing is compiled and no package's code runs during the installation. */
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

/** If another run was faster, its environment is used. */
async function moveIntoPlace(partial: string, directory: string): Promise<void> {
  try {
    await rename(partial, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
}

async function isUsable(directory: string, signal: AbortSignal | undefined): Promise<boolean> {
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

/** Removes partial installations of killed runs. */
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
    wrong: `cannot create a virtual environment in ${directory}`,
    got: `exit code ${code}`,
    why: `${name} is installed into it.`,
    fix: 'On Debian or Ubuntu run `apt install python3-venv`; otherwise check that the folder is writable.',
  });
  return `${what}\n${tail(stdout + stderr)}`;
}

function pipFailure(props: VenvProps, { code, stdout, stderr }: ChildResult): string {
  const what = problem({
    name: 'pip',
    wrong: `cannot install the packages of ${props.requirementsFile}`,
    got: `exit code ${code}`,
    why: `${props.name} needs exactly these packages.`,
    fix: 'Check the connection to the Python package index. Set PIP_INDEX_URL for a mirror, or HTTPS_PROXY for a proxy. Then run the command again.',
  });
  return `${what}\n${tail(stdout + stderr)}`;
}
