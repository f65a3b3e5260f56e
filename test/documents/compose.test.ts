import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const { services } = z
  .object({
    services: z.object({
      // Strict: no `environment` and no `env_file`, which could also contain secrets.
      laptop: z.strictObject({
        profiles: z.tuple([z.literal('local')]),
        image: z.string(),
        network_mode: z.literal('host'),
        volumes: z.array(z.string()),
        command: z.array(z.string()),
      }),
    }),
  })
  .parse(parse(readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8')));

/** Sources of the mounts from this checkout, as git paths. */
const mounts = services.laptop.volumes.filter((volume) => volume.startsWith('.'));
const mounted = mounts.map((volume) => volume.split(':')[0]?.replace(/^\.\//, '') ?? '');

/** Tracked files and folders at the root; a checkout's secrets are in untracked ones. */
const tracked = spawnSync('git', ['ls-tree', '--name-only', 'HEAD'], { cwd: ROOT, encoding: 'utf8' })
  .stdout.trim()
  .split('\n');

describe("the laptop cloud's container", () => {
  test('mounts named parts of the checkout, without secrets', () => {
    expect(mounted.filter((name) => !tracked.includes(name))).toEqual([]);
    expect(mounted.filter((name) => /^(?:\.git|\.env.*|Pulumi\..+\.yaml)$/.test(name))).toEqual([]);
    expect(mounts).toEqual(mounted.map((name) => `./${name}:/src/${name}:ro`));
  });

  test('mounts everything that it runs', () => {
    expect(mounted).toEqual(
      expect.arrayContaining([
        'app',
        'contract',
        'infra-aws',
        'infra-azure',
        'local',
        'ops',
        'cdk.json',
        'Pulumi.yaml',
      ]),
    );
  });
});
