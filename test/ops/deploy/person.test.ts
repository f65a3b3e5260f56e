import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../../ops/deploy/command-line';
import { changed, checkout, SECRETS, type FakeJob, fakeJobIn, type FakeJobOptions } from './fake-context';

const { root, remove } = checkout();
afterAll(remove);

/** Without GitHub's values: commit, token, role and identity of a job. */
const PERSON = changed({
  GITHUB_ACTIONS: undefined,
  GITHUB_SHA: undefined,
  GITHUB_RUN_ID: undefined,
  GITHUB_RUN_ATTEMPT: undefined,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
  AWS_DEPLOY_ROLE_ARN: undefined,
  AWS_CHECK_ROLE_ARN: undefined,
  AZURE_DEPLOY_CLIENT_ID: undefined,
  AZURE_CHECK_CLIENT_ID: undefined,
});
const COMMIT = 'a'.repeat(40);
const GIT: FakeJobOptions['answers'] = {
  'git rev-parse HEAD': () => ({ stdout: `${COMMIT}\n` }),
  'git status': () => ({ stdout: '' }),
};
const fakeJob = (options: FakeJobOptions = {}): FakeJob =>
  fakeJobIn(root, { env: PERSON, ...options, answers: { ...GIT, ...options.answers } });

test("deploys with the person's sessions in both clouds, and the image of the commit", async () => {
  const fake = fakeJob();
  expect(await run('deploy', { only: undefined }, fake.context)).toBe(0);
  const of = (program: string) => fake.commands.filter((command) => command.program === program);
  expect(of('pulumi').filter(({ env }) => 'ARM_USE_OIDC' in env || 'ARM_CLIENT_ID' in env)).toEqual([]);
  expect(of('pulumi')[0]?.env['ARM_TENANT_ID']).toBe(PERSON['AZURE_TENANT_ID']);
  expect(of('docker').map(({ args }) => args)).toContainEqual(
    expect.arrayContaining(['tag', `tavus-recordings:${COMMIT}`]),
  );
  expect(fake.done()[0]).toMatch(/--change-set-name person-\d+ /);
});

test.each(['preview', 'drift'] as const)('%s needs nothing of GitHub', async (command) => {
  expect(await run(command, { only: undefined }, fakeJob().context)).toBe(0);
});

test('the log contains no secret, because GitHub does not mask it here', async () => {
  const fake = fakeJob({
    answers: { 'pulumi preview': () => ({ code: 1, stderr: SECRETS.TAVUS_API_KEY }) },
  });
  expect(await run('preview', { only: undefined }, fake.context)).toBe(1);
  expect(fake.log()).not.toMatch(/planted|::add-mask::/);
});

test('uncommitted changes are not built', async () => {
  const fake = fakeJob({ answers: { 'git status': () => ({ stdout: ' M app/server.ts\n' }) } });
  expect(await run('deploy', { only: 'build' }, fake.context)).toBe(2);
  expect(fake.log()).toContain('checkout: has changes that are not committed, got 1.');
  expect(fake.done()).toEqual(['git status --porcelain']);
});

test('a Dockerfile with a base image without digest is not built', async () => {
  const file = path.join(root, 'app', 'Dockerfile');
  const pinned = readFileSync(file, 'utf8');
  writeFileSync(file, `${pinned}FROM gcr.io/distroless/nodejs24-debian13:nonroot\n`);
  const fake = fakeJob();
  expect(await run('deploy', { only: 'build' }, fake.context)).toBe(2);
  expect(fake.log()).toContain(
    'app/Dockerfile: a base image has no digest, got gcr.io/distroless/nodejs24-debian13:nonroot. A tag can be moved to ' +
      'another image. Run `npm run image:pin` where the registry can be reached, ' +
      'and commit the file.',
  );
  expect(fake.done()).toEqual([]);
  writeFileSync(file, pinned);
});

test('a commit is built, with its SBOM', async () => {
  const fake = fakeJob();
  expect(await run('deploy', { only: 'build' }, fake.context)).toBe(0);
  expect(fake.done()).toEqual([
    'git status --porcelain',
    'git rev-parse HEAD',
    `docker build --platform linux/amd64 --file app/Dockerfile --tag tavus-recordings:${COMMIT} .`,
    `docker save --output .local/deploy/image.tar tavus-recordings:${COMMIT}`,
    'npm run --silent sbom',
  ]);
});

test('without an image no program runs', async () => {
  const archive = path.join(root, '.local', 'deploy', 'image.tar');
  rmSync(archive);
  const fake = fakeJob();
  expect(await run('deploy', { only: undefined }, fake.context)).toBe(2);
  expect(fake.log()).toContain('Run `npx recordings deploy --build-only`.');
  expect(fake.done()).toEqual([]);
  writeFileSync(archive, '');
});

test('outside of the project it says which folder to use', async () => {
  const fake = fakeJob();
  const context = { ...fake.context, root: path.join(root, '.local') };
  expect(await run('preview', { only: 'check' }, context)).toBe(2);
  expect(fake.log()).toContain('It has the environments. Run this in the project folder.');
});
