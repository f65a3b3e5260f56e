import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROOT } from '../command';
import { summarize } from './summarize';

async function main(): Promise<void> {
  const { base } = parseArgs({ options: { base: { type: 'string' } } }).values;
  if (base === undefined) {
    throw new Error(
      '--base: missing, got nothing. There is nothing to compare with. Run `npm run summary -- --base origin/main`.',
    );
  }
  const text = await summarize({ root: ROOT, base, report: (line) => console.error(line) });
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') console.log(text);
  else appendFileSync(file, text);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
