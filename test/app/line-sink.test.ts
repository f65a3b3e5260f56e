import { writeSync } from 'node:fs';
import { LineSink, stdoutLines } from '../../app/log/line-sink';

jest.mock('node:fs', () => ({ writeSync: jest.fn() }));

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A standard output that accepts this number of bytes per write, or fails. */
function stdout(...takes: (number | Error)[]): { text: () => string } {
  let text = '';
  jest.mocked(writeSync).mockImplementation((_fd: number, bytes: unknown) => {
    const take = takes.shift() ?? Infinity;
    if (take instanceof Error) throw take;
    if (!Buffer.isBuffer(bytes)) throw new TypeError('A line is written as bytes.');
    const part = bytes.subarray(0, take);
    text += part.toString();
    return part.length;
  });
  return { text: () => text };
}

test('a line that the system accepts in parts is written completely', () => {
  const out = stdout(3, 2);
  expect(new LineSink(stdoutLines()).wasWritten(() => undefined)).toBe(true);
  stdoutLines().write('a long line\n');
  expect(out.text()).toBe('a long line\n');
});

test('a line that cannot be written is lost, but the next one is written', () => {
  const out = stdout(failure('ENOSPC'));
  const sink = new LineSink(stdoutLines());
  expect(sink.wasWritten(() => sink.write('lost\n'))).toBe(false);
  expect(sink.wasWritten(() => sink.write('there\n'))).toBe(true);
  expect(out.text()).toBe('there\n');
});

test('the line after a truncated one begins on a new line', () => {
  const out = stdout(4, failure('ENOSPC'), failure('ENOSPC'));
  const sink = new LineSink(stdoutLines());
  for (const line of ['cut here\n', 'lost\n', 'there\n', 'and there\n']) sink.write(line);
  expect(out.text()).toBe('cut \nthere\nand there\n');
});

test('a full pipe is waited for, but only briefly', () => {
  const out = stdout(failure('EAGAIN'), failure('EAGAIN'));
  const sink = new LineSink(stdoutLines());
  expect(sink.wasWritten(() => sink.write('there\n'))).toBe(true);
  expect(out.text()).toBe('there\n');
  stdout(...Array.from({ length: 10 }, () => failure('EAGAIN')));
  expect(sink.wasWritten(() => sink.write('lost\n'))).toBe(false);
});
