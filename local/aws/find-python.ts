import { z } from 'zod';
import { problem } from '../../contract/problem';
import { runChild } from './child-process';

/** A Python that can create virtual environments. */
export interface Python {
  readonly command: string;
  /** Arguments before all others, such as `-3` for `py`. */
  readonly args: readonly string[];
  readonly version: string;
}

/** Runs a program. @returns its stdout; undefined if it is missing or failed */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string | undefined>;

/** MiniStack supports 3.10, but our rules use the standard library of 3.11. */
const MIN_VERSION = [3, 11] as const;

const SCRIPT = `
import importlib.util, json, sys
print(json.dumps({
    'version': list(sys.version_info[:3]),
    'missing': [name for name in ('venv', 'ensurepip', 'ssl') if importlib.util.find_spec(name) is None],
}))`;

const SCRIPT_OUTPUT = z.object({ version: z.array(z.number()), missing: z.array(z.string()) });

interface Candidate {
  readonly name: string;
  readonly python: Python;
  readonly newEnough: boolean;
  readonly missing: readonly string[];
}

/**
 * Finds a Python of at least 3.11 that can create a virtual environment, trying the usual names in order.
 *
 * @throws when there is none, with the found versions and the command that installs it
 */
export async function findPython(
  run: RunCommand = runOrNothing,
  platform = process.platform,
): Promise<Python> {
  const found: Candidate[] = [];
  for (const command of commands(platform)) {
    const candidate = await inspect(command, run);
    if (candidate === undefined) continue;
    if (candidate.newEnough && candidate.missing.length === 0) return candidate.python;
    found.push(candidate);
  }
  throw new Error(notFound(found, platform));
}

function commands(platform: NodeJS.Platform): readonly (readonly [string, ...string[]])[] {
  if (platform === 'win32') return [['py', '-3'], ['python'], ['python3']];
  return [['python3'], ['python'], ['python3.14'], ['python3.13'], ['python3.12'], ['python3.11']];
}

async function inspect(
  parts: readonly [string, ...string[]],
  run: RunCommand,
): Promise<Candidate | undefined> {
  const [command, ...args] = parts;
  const stdout = await run(command, [...args, '-I', '-c', SCRIPT]);
  if (stdout === undefined) return undefined;
  const answer = parse(stdout);
  if (answer === undefined) return undefined;
  const [major = 0, minor = 0] = answer.version;
  return {
    name: parts.join(' '),
    python: { command, args, version: answer.version.join('.') },
    newEnough: major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1]),
    missing: answer.missing,
  };
}

/** Undefined for other output: without Python, the `python` of Windows prints an advertisement and exits 0. */
function parse(stdout: string): z.infer<typeof SCRIPT_OUTPUT> | undefined {
  try {
    return SCRIPT_OUTPUT.parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}

function notFound(found: readonly Candidate[], platform: NodeJS.Platform): string {
  const wanted = `Python >= ${MIN_VERSION.join('.')} with the modules venv and ensurepip`;
  const list = found.map(({ name, python, missing }) => {
    const lacks = missing.length > 0 ? ` without ${missing.join(', ')}` : '';
    return `${name} is ${python.version}${lacks}`;
  });
  const got = list.length > 0 ? list.join('; ') : 'no Python';
  return problem({
    name: 'Python',
    wrong: `${wanted} is needed`,
    got,
    why: 'The AWS emulator is a Python program, which is installed into a separate folder.',
    fix: `${installHint(found, platform)}, then run the command again.`,
  });
}

function installHint(found: readonly Candidate[], platform: NodeJS.Platform): string {
  const incomplete = found.find(({ newEnough }) => newEnough);
  const minor = incomplete?.python.version.split('.').slice(0, 2).join('.');
  if (platform === 'win32') return 'Install it with `winget install Python.Python.3.13`';
  if (platform === 'darwin') return 'Install it with `brew install python@3.13`';
  if (minor !== undefined) return `On Debian or Ubuntu run \`apt install python${minor}-venv\``;
  return 'On Debian or Ubuntu run `apt install python3 python3-venv`, elsewhere use the package manager or python.org';
}

async function runOrNothing(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { code, stdout } = await runChild({ command, args });
    return code === 0 ? stdout : undefined;
  } catch {
    return undefined;
  }
}
