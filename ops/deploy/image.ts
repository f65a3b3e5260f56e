import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { plainEnvironment } from './environments';
import type { Job } from './job';
import type { Outside } from './outside';
import { Refusal } from './refusal';
import type { Command } from './run';
import { given } from './values/values';

/** Folder of what one job builds and another deploys; git ignores it. */
const FOLDER = path.join('.local', 'deploy');
const ARCHIVE = path.join(FOLDER, 'image.tar');

/** Bill of materials of the image, beside it. */
export const SBOM = path.join(FOLDER, 'sbom.cdx.json');

const REPOSITORY = 'tavus-recordings';

/** Name of the image in the archive: of one commit, so that no other is deployed in its place. */
function localName({ env }: Outside): string {
  const commit = given(env, 'GITHUB_SHA');
  if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return `${REPOSITORY}:${commit}`;
  throw new Refusal('The job stopped', [
    `GITHUB_SHA: is not a commit, got ${commit ?? 'nothing'}. Nobody would know what the image was built of. ` +
      'Run this in a GitHub workflow.',
  ]);
}

const docker = ({ env }: Outside, ...args: readonly string[]): Command => ({
  program: 'docker',
  args,
  env: plainEnvironment(env),
});

/** Commands that build the image into the archive, with their titles. */
export function buildCommands(outside: Outside): readonly (readonly [string, Command])[] {
  const name = localName(outside);
  mkdirSync(path.join(outside.root, FOLDER), { recursive: true });
  return [
    ['docker build', docker(outside, 'build', '--file', 'app/Dockerfile', '--tag', name, '.')],
    ['docker save', docker(outside, 'save', '--output', ARCHIVE, name)],
  ];
}

/**
 * Pushes the image of the archive into the registry.
 * @param registry address of the registry
 * @returns the image by the digest that the registry gave it
 */
export async function pushImage(job: Job, registry: string): Promise<string> {
  const { outside } = job;
  const name = localName(outside);
  const target = `${registry}/${name}`;
  const why = 'There is no image to deploy; what is live stays as it is.';
  const succeed = (title: string, command: Command) => job.succeed(title, why, command);
  await succeed('docker load', docker(outside, 'load', '--input', ARCHIVE));
  await succeed('az acr login', {
    program: 'az',
    args: ['acr', 'login', '--name', registry.split('.')[0] ?? registry],
    env: plainEnvironment(outside.env),
  });
  await succeed('docker tag', docker(outside, 'tag', name, target));
  await succeed('docker push', docker(outside, 'push', target));
  const { stdout } = await succeed(
    'docker inspect',
    docker(outside, 'inspect', '--format', '{{join .RepoDigests "\\n"}}', target),
  );
  const pushed = stdout.split(/\s+/).find((digest) => digest.startsWith(`${registry}/${REPOSITORY}@sha256:`));
  if (pushed === undefined) {
    throw new Refusal('The job stopped', [
      `${target}: has no digest after the push, got ${JSON.stringify(stdout.trim())}. What a tag names can change. ` +
        'Look at what `docker push` printed, and run the job again.',
    ]);
  }
  return pushed;
}
