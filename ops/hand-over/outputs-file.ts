import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { problem, ProblemsError } from '../../contract/problem';
import { withoutByteOrderMark } from '../../contract/text-encoding';
import { errorCode } from '../error-code';

const FILE = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Entries by stack; none when the file does not exist. @throws ProblemsError when the file has another form */
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
      why: 'Writing it could lose the values of other environments.',
      fix: 'Remove it, or give another file by --file.',
    });
    throw new ProblemsError([refusal], { cause });
  }
}

/**
 * Text of the outputs file, in the form of `cdk deploy --outputs-file`. Entries of other stacks are kept.
 *
 * @throws ProblemsError when the existing file has another form
 */
export function withOutputs(file: string, stack: string, outputs: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ ...readEntries(file), [stack]: outputs }, null, 2)}\n`;
}

/** Replaces the file atomically: a reader sees the old file or the new one. */
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
      fix: 'Give another file by --file.',
    });
    throw new ProblemsError([refusal], { cause });
  }
}
