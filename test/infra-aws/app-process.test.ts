import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import cdkJson from '../../cdk.json';

// Starts processes, and a busy machine is slow at that.
jest.setTimeout(60_000);

const ROOT = path.join(__dirname, '..', '..');

let outputFolder: string;
beforeEach(() => {
  outputFolder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-synth-'));
});
afterEach(() => {
  rmSync(outputFolder, { recursive: true });
});

/** The app as the CLI starts it: the command of cdk.json, context and output folder in the environment, no credentials. */
function runApp(environments: unknown): { status: number | null; stderr: string; files: string[] } {
  const [, ...appArguments] = cdkJson.app.split(' ');
  const { status, stderr } = spawnSync(process.execPath, appArguments, {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, environments }),
      CDK_OUTDIR: outputFolder,
      CDK_VALIDATION: 'false',
    },
  });
  return { status, stderr, files: readdirSync(outputFolder) };
}

it('writes a template for good settings', () => {
  const { status, stderr, files } = runApp('{"laptop":{}}');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(files).toContain('TavusRecordings-laptop.template.json');
});

it('names all that is wrong in one error without a stack trace, exits 1 and writes nothing', () => {
  const bad = { retentionDays: 0, encryption: 'aes', retentionDay: 30, bucketName: 'Bad_Name' };
  expect(runApp({ dev: bad })).toEqual({
    status: 1,
    files: [],
    stderr: [
      'The stacks cannot be made from these settings (cdk.json, or -c on the command line):',
      '- environments.dev.retentionDays: is not a whole number of days from 1 to 3650, got 0. Recordings would be kept for another time than was promised. Correct it in cdk.json.',
      '- environments.dev.encryption: is not "s3" or "kms", got "aes". Recordings must not be stored with an encryption nobody chose. Correct it in cdk.json.',
      '- environments.dev.bucketName: is not a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots), got "Bad_Name". S3 would refuse the bucket in the middle of the deployment. Correct it in cdk.json.',
      '- environments.dev.retentionDay: is no setting, got 30. It would change nothing, and nobody would notice. Did you mean retentionDays?',
      '',
    ].join('\n'),
  });
});
