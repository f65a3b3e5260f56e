import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JobReport } from '../../../ops/deploy/report';
import { runnerIn } from '../../../ops/deploy/run';

const folder = mkdtempSync(path.join(tmpdir(), 'report-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Reported {
  readonly report: JobReport;
  readonly log: () => string;
  readonly summary: () => string;
}

function reported({ isOnGithub = true } = {}): Reported {
  const written: string[] = [];
  const summarized: string[] = [];
  return {
    report: new JobReport({
      log: { write: (text) => written.push(text) },
      summarize: (markdown) => summarized.push(markdown),
      isOnGithub,
    }),
    log: () => written.join(''),
    summary: () => summarized.join(''),
  };
}

test('a value that is hidden is hidden in the log, in the summary, and by GitHub', () => {
  const { report, log, summary } = reported();
  report.hide('planted-value', '');
  report.say('a planted-value');
  report.summarize('# planted-value');
  expect(log()).toBe('::add-mask::planted-value\na [hidden]\n');
  expect(summary()).toBe('# [hidden]\n');
});

test('elsewhere a value that is hidden is not said at all: no GitHub would take the line out', () => {
  const { report, log } = reported({ isOnGithub: false });
  report.hide('planted-value');
  report.say('a planted-value');
  expect(log()).toBe('a [hidden]\n');
});

test('a value with line breaks is hidden whole', () => {
  const { report, log } = reported();
  report.hide('50%\r\nplanted');
  expect(log()).toBe('::add-mask::50%25%0D%0Aplanted\n');
});

test('names that CloudFormation made up are hidden, also before anybody read them; logical ids are not', () => {
  const { report, log } = reported();
  report.say('tavusrecordings-dev-recordingsbucketaa52f499-b0237c5ca4a0d exists');
  report.say(
    'TavusRecordings-eu-prod-TavusRoleE7D1C582-C1E92589A81DD exists, TavusRoleE7D1C582 in TavusRecordings-eu-prod',
  );
  expect(log()).toBe(
    'tavusrecordings-dev-[hidden] exists\nTavusRecordings-eu-prod-[hidden] exists, TavusRoleE7D1C582 in TavusRecordings-eu-prod\n',
  );
});

test('no line of a program is a command to GitHub, and only its end is shown', () => {
  const { report, log } = reported();
  const stdout = [
    'first',
    ...Array.from({ length: 58 }, (_, line) => `line ${line}`),
    '  ::stop-commands::x',
  ].join('\n');
  report.show({ code: 1, stdout, stderr: '::set-env name=a::b' });
  const lines = log().trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('  │ '))).toEqual([]);
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([60, '  │ line 0', '  │ ::set-env name=a::b']);
});

describe('a program', () => {
  const run = runnerIn(folder);

  test('gets its input, its folder and exactly its environment, and no shell reads its arguments', async () => {
    // `doctor` is a program of the project, with an error of its own about such a word.
    const { code, stderr, stdout } = await run({
      program: 'doctor',
      args: ['$(exit 7)'],
      env: { PATH: '' },
      input: 'x',
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('$(exit 7)');
  });

  test('that is not there is an error, not a pass', async () => {
    await expect(run({ program: 'pulumi', args: [], env: { PATH: folder } })).rejects.toThrow('ENOENT');
  });
});
