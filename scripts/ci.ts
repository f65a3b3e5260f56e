import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { problem } from '../contract/problem';
import { CHECKS, read, run } from './command';

/** All checks of a change, the fastest first. */
const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['type check', ['typecheck']],
  ['lint', ['lint']],
  ['format', ['format:check']],
  ['tests', ['test', '--', '--json', `--outputFile=${path.join(CHECKS, 'unit.json')}`]],
  ['validated synth', ['synth']],
];

/** A hash of the tracked files' state. */
function trackedState(): string {
  const state = read('git', ['status', '--porcelain=v2']) + read('git', ['diff', 'HEAD']);
  return createHash('sha256').update(state).digest('hex');
}

function main(): number {
  // Jest writes its report there, but does not create the folder.
  mkdirSync(CHECKS, { recursive: true });
  const before = trackedState();
  for (const [title, script] of STEPS) {
    const started = performance.now();
    console.error(`\n▸ ${title}`);
    const code = run('npm', ['run', '--silent', ...script]);
    console.error(
      `${code === 0 ? '✓' : '✗'} ${title}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    if (code !== 0) return code;
  }
  if (trackedState() !== before) {
    const changed = problem({
      name: 'tree',
      wrong: 'was changed by the checks',
      got: 'the files below',
      why: 'Generated files are out of date, or a check writes into tracked files.',
      fix: 'Commit the files, or add them to .gitignore.',
    });
    console.error(`✗ ${changed}`);
    run('git', ['status', '--short']);
    return 1;
  }
  return 0;
}

process.exitCode = main();
