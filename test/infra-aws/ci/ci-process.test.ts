import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import cdkJson from '../../../cdk.json';
import { SETTINGS } from './helpers';

// Starts processes, and a busy machine is slow at that.
jest.setTimeout(60_000);

const ROOT = path.join(__dirname, '..', '..', '..');

let outputFolder: string;
beforeEach(() => {
  outputFolder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-trust-'));
});
afterEach(() => {
  rmSync(outputFolder, { recursive: true });
});

/** The app as the CLI starts it with `--app`, without credentials. */
function runCi(settings: Readonly<Record<string, unknown>>): {
  status: number | null;
  stderr: string;
  files: string[];
} {
  const [, ...appArguments] = cdkJson.app.replace('app.ts', 'ci.ts').split(' ');
  const { status, stderr } = spawnSync(process.execPath, appArguments, {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...settings }),
      CDK_OUTDIR: outputFolder,
      CDK_VALIDATION: 'false',
    },
  });
  return { status, stderr, files: readdirSync(outputFolder) };
}

it('writes one template for good settings', () => {
  const { status, stderr, files } = runCi(SETTINGS);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(files.filter((file) => file.endsWith('.template.json'))).toEqual([
    'TavusRecordingsTrust.template.json',
  ]);
});

it('names all that is wrong without a stack trace, exits 1 and writes nothing', () => {
  expect(runCi({ ...SETTINGS, githubRepository: 'acme', bootstrapQualifier: 'hnb659fds' })).toEqual({
    status: 1,
    files: [],
    stderr: [
      'The stacks cannot be made from these settings (cdk.json, or -c on the command line):',
      `- githubRepository: is not a repository's owner/name, got "acme". No token of GitHub would ever match, or one of somebody else. Say --context githubRepository=<value>.`,
      '- bootstrapQualifier: is not 1 to 10 lower-case letters and digits, other than hnb659fds, got "hnb659fds". CI would deploy through roles that are not made for this project. Say --context bootstrapQualifier=<value>.',
      '',
    ].join('\n'),
  });
});
