import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import cdkJson from '../../cdk.json';
import { IDENTITY_APP, CI_IDENTITY_APP } from '../../scripts/synth';
import { SETTINGS } from './ci/helpers';
import { BACKEND } from './helpers';

// Starts processes, which is slow on a busy machine.
jest.setTimeout(60_000);

const ROOT = path.join(__dirname, '..', '..');

let outputFolder: string;
beforeEach(() => {
  outputFolder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-synth-'));
});
afterEach(() => {
  rmSync(outputFolder, { recursive: true });
});

/** Runs an app as the CLI does: with its command line, context and output folder in the environment, without credentials. */
function runApp(
  command: string,
  context: Readonly<Record<string, unknown>>,
): { status: number | null; stderr: string; files: string[] } {
  const [, ...appArguments] = command.split(' ');
  const { status, stderr } = spawnSync(process.execPath, appArguments, {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
      CDK_OUTDIR: outputFolder,
      CDK_VALIDATION: 'false',
    },
  });
  return { status, stderr, files: readdirSync(outputFolder) };
}

it.each([
  ['the recordings', cdkJson.app, { environments: '{"laptop":{}}' }, 'TavusRecordings-laptop'],
  ['the CI identity', CI_IDENTITY_APP.app, SETTINGS, 'TavusRecordingsTrust'],
  [
    'the identity providers',
    IDENTITY_APP,
    { environments: { dev: { backend: BACKEND } } },
    'TavusRecordingsIdentity',
  ],
])('the app of %s writes one template for valid settings', (_, command, context, stack) => {
  const { status, stderr, files } = runApp(command, context);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(files.filter((file) => file.endsWith('.template.json'))).toEqual([`${stack}.template.json`]);
});

const BAD = { retentionDays: 0, encryption: 'aes', retentionDay: 30, bucketName: 'Bad_Name' };

it.each([
  [
    'the recordings',
    cdkJson.app,
    { environments: { dev: BAD } },
    [
      '- environments.dev.retentionDays: is not a whole number of days from 1 to 2147483647, got 0. Recordings would not be kept for the promised time. Correct it in cdk.json.',
      '- environments.dev.encryption: is not "s3" or "kms", got "aes". Recordings must not be stored with an unintended encryption. Correct it in cdk.json.',
      '- environments.dev.bucketName: is not a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots), got "Bad_Name". S3 would refuse the bucket in the middle of the deployment. Correct it in cdk.json.',
      '- environments.dev.retentionDay: unknown setting, got 30. It would be ignored. Did you mean retentionDays?',
    ],
  ],
  [
    'the CI identity',
    CI_IDENTITY_APP.app,
    { ...SETTINGS, githubRepository: 'acme', bootstrapQualifier: 'hnb659fds' },
    [
      `- githubRepository: is not a repository's owner/name, got "acme". No token would match, or the tokens of another repository. Use --context githubRepository=<value>.`,
      '- bootstrapQualifier: is not 1 to 10 lower-case letters and digits, other than hnb659fds, got "hnb659fds". CI would deploy with roles of another project. Use --context bootstrapQualifier=<value>.',
    ],
  ],
])(
  'the app of %s names all that is wrong without a stack trace, exits 1 and writes nothing',
  (_, command, context, problems) => {
    const title = 'The stacks cannot be created with these settings (cdk.json, or -c on the command line):';
    expect(runApp(command, context)).toEqual({
      status: 1,
      files: [],
      stderr: [title, ...problems, ''].join('\n'),
    });
  },
);
