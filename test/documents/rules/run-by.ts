/** What runs a command that a guide names. */
export interface Runner {
  /** The command's first words. */
  readonly command: string;
  /** Test, or file of CI, that runs it. */
  readonly by: string;
  /** How it stands in that file. */
  readonly as: string;
}

/** What CI names in one word. */
const step = (script: string): Runner => ({
  command: script === 'test' ? 'npm test' : `npm run ${script}`,
  by: 'scripts/ci.ts',
  as: `['${script}'`,
});

/**
 * Commands that a guide may show without a word: something runs each of them. Every other one stands in a block whose
 * paragraph right before it says that it needs an account.
 */
export const RUN_BY: readonly Runner[] = [
  { command: 'npm ci', by: '.ci/run', as: 'npm ci ' },
  { command: 'npm run ci', by: '.ci/run', as: 'npm run --silent ci\n' },
  { command: 'npm run lint:cfn', by: '.ci/run', as: 'npm run --silent lint:cfn' },
  { command: 'npm run local', by: '.ci/run', as: 'npm run --silent local -- --once' },
  { command: 'npm run test:local', by: '.ci/run', as: 'npm run --silent test:local' },
  { command: '.ci/run', by: '.ci/run', as: 'npm ci ' },
  ...['typecheck', 'lint', 'format:check', 'test', 'synth'].map(step),
  { command: 'npx jest', by: 'package.json', as: '"test": "jest --ci"' },
  { command: 'npm run build', by: 'test/app/env-file.test.ts', as: "'--import', 'tsx', 'app/build.ts'" },
  { command: 'node --env-file=.env dist/server.mjs', by: 'test/app/env-file.test.ts', as: '--env-file=' },
  {
    command: 'npm run documents',
    by: 'test/documents/made.test.ts',
    as: "from '../../scripts/documents'",
  },
  { command: 'npx recordings doctor', by: 'test/ops/laptop.ts', as: "'bin.mjs'), 'doctor'" },
  { command: 'npx recordings --help', by: 'test/ops/command-line.test.ts', as: "'--help'" },
  { command: 'npm run hand-over', by: 'test/ops/hand-over.local-test.ts', as: "'hand-over'" },
];

/** What in the table is not so: a file that is gone, or no longer holds the command. */
export function untrueRunners(
  runners: readonly Runner[],
  read: (file: string) => string | undefined,
): string[] {
  return runners.flatMap(({ command, by, as }) => {
    const text = read(by);
    if (text === undefined) return [`${command}: nothing runs it, got ${by}, which is not there.`];
    return text.includes(as) ? [] : [`${command}: nothing runs it, got ${by}, which has no ${as}.`];
  });
}
