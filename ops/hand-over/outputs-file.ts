import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { problem, ProblemsError } from '../../contract/problem';
import { withoutByteOrderMark } from '../../contract/text-encoding';
import { errorCode } from '../error-code';

const FILE = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Entries of other stacks; none when there is no file. @throws ProblemsError when there is a file of another kind */
function readEntries(file: string): z.output<typeof FILE> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  if (text.trim() === '') return {};
  try {
    return FILE.parse(JSON.parse(withoutByteOrderMark(text)));
  } catch (cause) {
    const refusal = problem({
      name: file,
      wrong: 'is not an outputs file',
      got: `${text.length} characters`,
      why: "Other environments' values would be lost with it.",
      fix: 'Take it away, or name another file by --file.',
    });
    throw new ProblemsError([refusal], { cause });
  }
}

/**
 * The text of an outputs file with this stack's outputs in it, in the form in which `cdk deploy --outputs-file` writes it.
 * Entries of other stacks are kept.
 *
 * @throws ProblemsError when what is there is no outputs file
 */
export function withOutputs(file: string, stack: string, outputs: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ ...readEntries(file), [stack]: outputs }, null, 2)}\n`;
}

/** Replaces the file as a whole: whoever reads it meanwhile sees the old one or the new one. */
export function replaceFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    const refusal = problem({
      name: file,
      wrong: 'cannot be written',
      got: errorCode(cause) ?? String(cause),
      why: 'The next step reads it.',
      fix: 'Name another file by --file.',
    });
    throw new ProblemsError([refusal], { cause });
  }
}
