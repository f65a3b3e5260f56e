import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { main } from '../../ops/command-line';
import { parseDoctor } from '../../ops/doctor/command-line';
import { UsageError } from '../../ops/usage-error';
import { cliContext } from './run';

const ROOT = path.resolve(__dirname, '../..');
const refusal = (args: readonly string[]): string => {
  try {
    parseDoctor(args);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
};
const COMMANDS = ['doctor', 'hand-over', 'deploy', 'preview', 'drift', 'list', 'show', 'repair', 'export'];
const RUN_HELP = 'Run `npx recordings doctor --help`.';

describe('the options of doctor', () => {
  test.each([
    [[], { envFile: undefined, handOver: undefined, createTestConversation: false, json: false }],
    [['--env-file', '.env', '--json'], { envFile: '.env', json: true }],
    [['--environment', 'prod'], { handOver: { file: 'cdk-outputs.json', environment: 'prod' } }],
    [['--hand-over=x.json', '--environment=prod'], { handOver: { file: 'x.json', environment: 'prod' } }],
    [['--create-test-conversation'], { createTestConversation: true }],
    [['--wait', '5'], { waitMs: 300_000, bundle: undefined }],
    [['--bundle', 'b.json', '--conversation', 'c1'], { bundle: { file: 'b.json', conversationId: 'c1' } }],
  ])('%j', (args, expected) => {
    expect(parseDoctor(args)).toMatchObject(expected);
  });

  test.each([['--help'], ['-h']])('%s prints the help', (word) => {
    expect(parseDoctor([word])).toBeUndefined();
  });

  test('that are wrong are reported all at once', () => {
    const words = [
      '--json=yes',
      '--hand-over',
      'x.json',
      '--wait',
      '0',
      '--conversation',
      'c1',
      '--env-file',
    ];
    expect(refusal(['now', '--loud', ...words])).toBe(
      [
        '- now: takes no such word',
        '- --loud: no such option',
        '- --json: takes no value, got yes',
        '- --env-file: needs a value, got nothing',
        '- --environment: missing beside --hand-over. The file may hold several. Name one, such as prod',
        '- --bundle: missing beside --conversation. Name the file to write its facts to',
        '- --wait: is not a whole number from 1 to 60, got 0',
        RUN_HELP,
      ].join('\n'),
    );
  });

  test('do not take the next option as a value', () => {
    expect(refusal(['--env-file', '--json'])).toBe(`- --env-file: needs a value, got --json\n${RUN_HELP}`);
    expect(refusal(['--env-file=--json'])).toBe('accepted');
  });

  test('given twice are refused', () => {
    expect(refusal(['--env-file', 'a', '--env-file', 'b'])).toBe(`- --env-file: given twice\n${RUN_HELP}`);
  });
});

describe('the command line', () => {
  test.each<readonly [readonly string[], number, 'stdout' | 'stderr', string]>([
    [['--help'], 0, 'stdout', 'npx recordings doctor'],
    ...COMMANDS.map((command) => [[command, '--help'], 0, 'stdout', 'Exit codes: 0 '] as const),
    ...COMMANDS.map((command) => [[command, '--loud'], 2, 'stderr', '--loud: no such option'] as const),
    [[], 2, 'stderr', 'command: missing, got nothing'],
    [['surgeon'], 2, 'stderr', 'surgeon: no such command'],
    [['doctor', '--env-file', '/no/such/file'], 2, 'stderr', 'cannot be read, got /no/such/file (ENOENT)'],
  ])('%j exits with %i', async (args, code, stream, words) => {
    const around = cliContext({});
    expect(await main(args, around)).toBe(code);
    expect(around.written[stream]).toContain(words);
    expect(around.written[stream === 'stdout' ? 'stderr' : 'stdout']).toBe('');
  });
});

test('runs in any folder of a checkout', async () => {
  const bin = path.join(ROOT, 'ops', 'bin.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'doctor', '--help'], { cwd: '/' });
  expect(stdout).toMatch(/^Checks everything that recording a conversation needs/);
});
