import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { summarize } from '../../../scripts/summary/summarize';

const ROOT = path.resolve(__dirname, '../../..');

let clone: string;
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim();

beforeAll(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-summary-'));
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, clone]);
  symlinkSync(realpathSync(path.join(ROOT, 'node_modules')), path.join(clone, 'node_modules'), 'junction');
});
afterAll(() => rmSync(clone, { recursive: true }));

/** Changes a file of the clone's working tree. */
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
const summary = (): Promise<string> =>
  summarize({ root: clone, base: 'HEAD', report: (line) => report.push(line) });

test('a tree changes nothing compared with itself', async () => {
  const text = await summary();
  expect(text.match(/^Nothing changes\.$/gm)).toHaveLength(text.match(/^#### /gm)?.length ?? 0);
  expect(text).toContain(`Compared with \`${git('rev-parse', 'HEAD').slice(0, 12)}\`.`);
  expect(report.filter((line) => line.includes('could not'))).toEqual([]);
});

test('what is changed in both clouds is named without its value, the base is put away, and nothing else is touched', async () => {
  edit('cdk.json', '"dev": {}', '"dev": { "bucketName": "planted-name", "retentionDays": 30 }');
  edit(
    'infra-azure/backend.ts',
    'TAVUS_API_KEY_VERSION:',
    "PLANTED: 'planted-value',\n    TAVUS_API_KEY_VERSION:",
  );
  const text = await summary();
  expect(text).toMatch(/^> - \*\*The bucket `Recordings\w*` is replaced, by another `BucketName`\./m);
  expect(text).toMatch(/\| ~ \| `AWS::S3::Bucket` \| `Recordings\w*` \| 2: /);
  expect(text).not.toMatch(/planted-(?:name|value)/);
  expect(git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
  expect(git('status', '--short', '--untracked-files=no').split('\n')).toHaveLength(2);
});

test('a base that can not be synthesized is told, and refuses nothing', async () => {
  git('checkout', '--quiet', '--', '.');
  edit('cdk.json', '"dev": {}', '"dev": { "retentionDays": 0 }');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--all', '-m', 'broken');
  edit('cdk.json', '"dev": { "retentionDays": 0 }', '"dev": {}');
  const text = await summary();
  expect(text).toMatch(/### AWS\n\nThe base could not be looked at; the log says why\./);
  expect(report.join('\n')).toContain('environments.dev.retentionDays: is not a whole number');
});

test('a base that is not there is refused, with what to do', async () => {
  await expect(summarize({ root: clone, base: '--all', report: () => undefined })).rejects.toThrow(
    '--base: is no commit that is here, got "--all". There is nothing to compare with. ' +
      'Name a branch, tag or commit; in a shallow clone fetch it first.',
  );
});
