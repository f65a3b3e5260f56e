import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { errorCode } from '../error-code';
import { HandOverRefusal } from './hand-over-refusal';

const FILE = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Entries of other stacks; none when there is no file. @throws HandOverRefusal when there is a file of another kind */
function readEntries(file: string): z.output<typeof FILE> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  if (text.trim() === '') return {};
  const refuse = (cause: unknown): never => {
    throw new HandOverRefusal(
      `${file}: is not an outputs file, got ${text.length} characters of something else. Other environments' values would ` +
        'be lost with it. Take it away, or name another file by --file.',
      { cause },
    );
  };
  try {
    return FILE.parse(JSON.parse(text));
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The text of an outputs file with this stack's outputs in it, in the form in which `cdk deploy --outputs-file` writes it.
 * Entries of other stacks are kept.
 *
 * @throws HandOverRefusal when what is there is no outputs file
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
    throw new HandOverRefusal(
      `${file}: cannot be written, got ${errorCode(cause) ?? String(cause)}. The next step reads it. ` +
        'Name another file by --file.',
      { cause },
    );
  }
}
