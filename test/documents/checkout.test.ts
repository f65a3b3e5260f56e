import { execFileSync } from 'node:child_process';
import { ROOT } from './guide';

const git = (...args: readonly string[]): string[] =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

test("every text file is checked out with LF, regardless of the machine's git configuration", () => {
  // `i/<in the repository> w/<in the folder> attr/<what holds>`, then the path.
  const files = git('ls-files', '--eol');
  expect(files.length).toBeGreaterThan(500);
  const isSafe = (line: string): boolean =>
    /^i\/(?:lf|none) .* attr\/text=auto eol=lf /.test(line) || /^i\/-text .* attr\/-text /.test(line);
  expect(files.filter((line) => !isSafe(line))).toEqual([]);
});

test('every file has a name that Windows and macOS accept, unique without regard to case', () => {
  const files = git('-c', 'core.quotePath=false', 'ls-files');
  expect(
    files.filter(
      (file) => !/^[\w@./-]+$/.test(file) || /(?:^|\/)(?:con|prn|aux|nul)(?:\.|\/|$)|\.(?:\/|$)/i.test(file),
    ),
  ).toEqual([]);
  expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(files.length);
});
