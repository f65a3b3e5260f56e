import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { summarize } from '../../scripts/summary';

const ROOT = path.resolve(__dirname, '../..');

let clone: string;
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim();

beforeAll(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-summary-'));
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, clone]);
  symlinkSync(realpathSync(path.join(ROOT, 'node_modules')), path.join(clone, 'node_modules'), 'junction');
});
afterAll(() => rmSync(clone, { recursive: true }));

/** Changes a file in the clone's working tree. */
function edit(file: string, from: string, to: string): void {
  const place = path.join(clone, file);
  const before = readFileSync(place, 'utf8');
  expect(before.split(from)).toHaveLength(2);
  writeFileSync(
    place,
    before.replace(from, () => to),
  );
}

const report: string[] = [];
const summary = (): string => summarize(clone, 'HEAD', (line) => report.push(line));

test('a tree changes nothing compared with itself', () => {
  const text = summary();
  expect(text.match(/^Nothing changes\.$/gm)).toHaveLength(2);
  expect(text).toContain(`Compared with \`${git('rev-parse', 'HEAD').slice(0, 12)}\`, without`);
  expect(report).toEqual([]);
});

test('names changes without values, removes the base and changes nothing else', () => {
  edit('cdk.json', '"dev": {}', '"dev": { "bucketName": "planted-name", "retentionDays": 30 }');
  const text = summary();
  expect(text).toMatch(/^> - \*\*`Recordings\w*` \(AWS::S3::Bucket\) is replaced because of `BucketName`\./m);
  expect(text).toMatch(/^> - \*\*`Recordings\w*` \(AWS::S3::Bucket\): its retention is lowered/m);
  expect(text).not.toContain('planted-name');
  expect(git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
  expect(git('status', '--short', '--untracked-files=no')).toBe('M cdk.json');
});

test('reports a base that cannot be synthesized, and does not fail', () => {
  edit(
    'cdk.json',
    '"dev": { "bucketName": "planted-name", "retentionDays": 30 }',
    '"dev": { "retentionDays": 0 }',
  );
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--all', '-m', 'broken');
  edit('cdk.json', '"dev": { "retentionDays": 0 }', '"dev": {}');
  expect(summary()).toMatch(/### AWS\n\nThe base cannot be synthesized, see the log\./);
  // The app and the CI identity.
  expect(report).toHaveLength(2);
});

test('refuses an unknown base', () => {
  expect(() => summarize(clone, '--all', () => undefined)).toThrow(
    '--base: is not a known commit, got "--all". There is nothing to compare with. ' +
      'Use a branch, tag or commit; in a shallow clone fetch it first.',
  );
});
