import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './command';
import { pythonWith } from './python-with';
import { SYNTHESIZED, validatedSynth } from './synth';

/** Lints every synthesized template with cfn-lint, installed with pinned hashes on first use. Warnings fail too. */
async function main(): Promise<void> {
  const python = await pythonWith('cfn-lint');
  process.exitCode = validatedSynth();
  if (process.exitCode !== 0) return;
  const templates = SYNTHESIZED.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => path.join(folder, file)),
  );
  // cfn-lint has no __main__, and the scripts of a venv have another name on each platform.
  const start = 'import sys; from cfnlint.runner import main; sys.argv[0] = "cfn-lint"; main()';
  const code = run(python, ['-I', '-c', start, '--non-zero-exit-code', 'warning', '--', ...templates]);
  console.error(
    `cfn-lint: ${templates.length} templates, ${code === 0 ? 'no error, no warning' : 'findings above'}`,
  );
  process.exitCode = code;
}

void main();
