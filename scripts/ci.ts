import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { problem } from '../contract/problem';
import { CHECKS, read, run } from './command';

/** Everything that must be green before a change lands, in the order in which it fails soonest. */
const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['type check', ['typecheck']],
  ['lint', ['lint']],
  ['format', ['format:check']],
  ['tests', ['test', '--', '--json', `--outputFile=${path.join(CHECKS, 'unit.json')}`]],
  ['validated synth', ['synth']],
];

/** Tells two states of the tracked files apart. */
function trackedState(): string {
  const state = read('git', ['status', '--porcelain=v2']) + read('git', ['diff', 'HEAD']);
  return createHash('sha256').update(state).digest('hex');
}

function main(): number {
  // The tests' report goes there, and jest makes no folder.
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
      wrong: 'was changed by the run itself',
      got: 'the files below',
      why: 'A check that rewrites what it checks proves nothing.',
      fix: 'Commit what belongs there, or have git ignore it.',
    });
    console.error(`✗ ${changed}`);
    run('git', ['status', '--short']);
    return 1;
  }
  return 0;
}

process.exitCode = main();
