import { z } from 'zod';
import { problem } from '../../contract/problem';
import { runChild } from './child-process';

/** A Python that can make virtual environments: the command with its leading arguments. */
export interface Python {
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
}

/** Runs a program and gives its stdout, or nothing when it is missing or failed. Tests pass their own. */
export type Run = (command: string, args: readonly string[]) => Promise<string | undefined>;

/** MiniStack runs on 3.10; the patch uses the standard library of 3.11. */
const OLDEST = [3, 11] as const;

const PROBE = `
import importlib.util, json, sys
print(json.dumps({
    'version': list(sys.version_info[:3]),
    'missing': [name for name in ('venv', 'ensurepip', 'ssl') if importlib.util.find_spec(name) is None],
}))`;

const PROBE_ANSWER = z.object({ version: z.array(z.number()), missing: z.array(z.string()) });

interface Probed {
  readonly name: string;
  readonly python: Python;
  readonly newEnough: boolean;
  readonly missing: readonly string[];
}

/**
 * Finds a Python of at least 3.11 that can make a virtual environment, trying the usual names in order.
 *
 * @throws an error that lists what was found and what to install, when none will do.
 */
export async function findPython(run: Run = runOrNothing, platform = process.platform): Promise<Python> {
  const found: Probed[] = [];
  for (const candidate of candidates(platform)) {
    const probed = await probe(candidate, run);
    if (probed === undefined) continue;
    if (probed.newEnough && probed.missing.length === 0) return probed.python;
    found.push(probed);
  }
  throw new Error(explain(found, platform));
}

function candidates(platform: NodeJS.Platform): readonly (readonly [string, ...string[]])[] {
  if (platform === 'win32') return [['py', '-3'], ['python'], ['python3']];
  return [['python3'], ['python'], ['python3.14'], ['python3.13'], ['python3.12'], ['python3.11']];
}

async function probe(candidate: readonly [string, ...string[]], run: Run): Promise<Probed | undefined> {
  const [command, ...args] = candidate;
  const stdout = await run(command, [...args, '-I', '-c', PROBE]);
  if (stdout === undefined) return undefined;
  const answer = parse(stdout);
  if (answer === undefined) return undefined;
  const [major = 0, minor = 0] = answer.version;
  return {
    name: candidate.join(' '),
    python: { command, args, version: answer.version.join('.') },
    newEnough: major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]),
    missing: answer.missing,
  };
}

/** The Microsoft Store's stand-in for `python` prints an advertisement and exits 0. */
function parse(stdout: string): z.infer<typeof PROBE_ANSWER> | undefined {
  try {
    return PROBE_ANSWER.parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}

function explain(found: readonly Probed[], platform: NodeJS.Platform): string {
  const wanted = `Python >= ${OLDEST.join('.')} with the modules venv and ensurepip`;
  const list = found.map(({ name, python, missing }) => {
    const lacks = missing.length > 0 ? ` without ${missing.join(', ')}` : '';
    return `${name} is ${python.version}${lacks}`;
  });
  const got = list.length > 0 ? list.join('; ') : 'no Python at all';
  return problem({
    name: 'Python',
    wrong: `${wanted} is needed`,
    got,
    why: 'The AWS on this laptop is a Python program; it is installed into a folder of its own, nothing else is touched.',
    fix: `${remedy(found, platform)}, then run the command again.`,
  });
}

function remedy(found: readonly Probed[], platform: NodeJS.Platform): string {
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
