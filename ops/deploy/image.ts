import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { problem } from '../../contract/problem';
import { IMAGE_PLATFORM, unpinnedImages } from './base-images';
import { plainEnvironment } from './environments';
import { given, isOnGithub } from './github';
import type { Job } from './job';
import type { JobContext } from './job-context';
import { Refusal } from './refusal';
import type { Command } from './run';

/** Folder for the image, which one job builds and another deploys; git ignores it. */
const FOLDER = path.join('.local', 'deploy');
const DOCKERFILE = 'app/Dockerfile';
const ARCHIVE = path.join(FOLDER, 'image.tar');

/** Bill of materials of the image, beside it. */
const SBOM = path.join(FOLDER, 'sbom.cdx.json');

const REPOSITORY = 'tavus-recordings';

/** Name of the image in the archive. It contains the commit, so that no other image is deployed by mistake. */
async function localName(context: JobContext): Promise<string> {
  const { env } = context;
  const commit =
    given(env, 'GITHUB_SHA') ?? (isOnGithub(env) ? undefined : await git(context, 'rev-parse', 'HEAD'));
  if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return `${REPOSITORY}:${commit}`;
  throw new Refusal([
    problem({
      name: 'GITHUB_SHA',
      wrong: 'is not a commit',
      got: commit ?? 'nothing',
      why: 'The source of the image would be unknown.',
      fix: 'Run this in a GitHub workflow, or in a checkout.',
    }),
  ]);
}

/** Output of git; undefined when it fails. */
async function git({ env, run }: JobContext, ...args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await run({ program: 'git', args, env: plainEnvironment(env) });
  return code === 0 ? stdout.trim() : undefined;
}

/** A checkout on a developer machine may have uncommitted changes. @throws Refusal */
async function requireCommitted(context: JobContext): Promise<void> {
  if (isOnGithub(context.env)) return;
  const changes = await git(context, 'status', '--porcelain');
  if (changes === '') return;
  const count = changes?.split('\n').length ?? 'no answer of git instead of 0';
  const uncommitted = problem({
    name: 'checkout',
    wrong: 'has changes that are not committed',
    got: String(count),
    why: 'The source of the image would be unknown.',
    fix: 'Commit or stash them.',
  });
  throw new Refusal([uncommitted], { title: 'The image was not built', isUntried: true });
}

/** @throws Refusal */
function requirePinned({ root }: JobContext): void {
  const unpinned = unpinnedImages(readFileSync(path.join(root, DOCKERFILE), 'utf8'));
  if (unpinned.length === 0) return;
  const problems = unpinned.map((image) =>
    problem({
      name: DOCKERFILE,
      wrong: 'a base image has no digest',
      got: image,
      why: 'A tag can be moved to another image.',
      fix: 'Run `npm run image:pin` where the registry can be reached, and commit the file.',
    }),
  );
  throw new Refusal(problems, { title: 'The image was not built', isUntried: true });
}

const docker = ({ env }: JobContext, ...args: readonly string[]): Command => ({
  program: 'docker',
  args,
  env: plainEnvironment(env),
});

/** Builds the image into an archive, and its bill of materials. Needs no cloud identity. */
export async function buildImage(context: JobContext): Promise<void> {
  requirePinned(context);
  await requireCommitted(context);
  const name = await localName(context);
  mkdirSync(path.join(context.root, FOLDER), { recursive: true });
  const succeed = async (title: string, command: Command): Promise<string> => {
    const finished = await context.run(command);
    if (finished.code === 0) {
      context.report.say(`✓ ${title}`);
      return finished.stdout;
    }
    context.report.show(finished);
    const failed = problem({
      name: title,
      wrong: 'failed',
      got: `exit code ${finished.code}`,
      why: 'There is nothing to deploy.',
      fix: 'Its last lines are in the log above.',
    });
    throw new Refusal([failed], { title: 'The image was not built' });
  };
  await succeed(
    'docker build',
    docker(context, 'build', '--platform', IMAGE_PLATFORM, '--file', DOCKERFILE, '--tag', name, '.'),
  );
  await succeed('docker save', docker(context, 'save', '--output', ARCHIVE, name));
  const env = plainEnvironment(context.env);
  const sbom = await succeed('npm run sbom', { program: 'npm', args: ['run', '--silent', 'sbom'], env });
  writeFileSync(path.join(context.root, SBOM), sbom);
}

/** Called before any deployment. @throws Refusal */
export function requireImage({ root }: JobContext): void {
  if (existsSync(path.join(root, ARCHIVE))) return;
  const unbuilt = problem({
    name: 'image',
    wrong: 'is not built',
    got: `no ${ARCHIVE}`,
    why: 'The deployment would stop half-way.',
    fix: 'Run `npx recordings deploy --build-only`.',
  });
  throw new Refusal([unbuilt], { title: 'Nothing was started', isUntried: true });
}

/**
 * Pushes the image of the archive into the registry.
 * @param registry address of the registry
 * @returns the image with its digest in the registry
 */
export async function pushImage(job: Job, registry: string): Promise<string> {
  const { context } = job;
  const name = await localName(context);
  const target = `${registry}/${name}`;
  const why = 'There is no image to deploy; the live backend is unchanged.';
  const succeed = (title: string, command: Command) => job.succeed(title, why, command);
  await succeed('docker load', docker(context, 'load', '--input', ARCHIVE));
  await succeed('az acr login', {
    program: 'az',
    args: ['acr', 'login', '--name', registry.split('.')[0] ?? registry],
    env: plainEnvironment(context.env),
  });
  await succeed('docker tag', docker(context, 'tag', name, target));
  await succeed('docker push', docker(context, 'push', target));
  const { stdout } = await succeed(
    'docker inspect',
    docker(context, 'inspect', '--format', '{{join .RepoDigests "\\n"}}', target),
  );
  const pushed = stdout.split(/\s+/).find((digest) => digest.startsWith(`${registry}/${REPOSITORY}@sha256:`));
  if (pushed !== undefined) return pushed;
  throw new Refusal([
    problem({
      name: target,
      wrong: 'has no digest after the push',
      got: JSON.stringify(stdout.trim()),
      why: 'A tag can be moved to another image.',
      fix: 'Check the output of `docker push`, and run the job again.',
    }),
  ]);
}
