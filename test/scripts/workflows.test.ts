import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json';

const ROOT = path.resolve(__dirname, '../..');
const WORKFLOWS = '.github/workflows';
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const WORKFLOW = z.looseObject({
  permissions: z.strictObject({}),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()),
      environment: z.unknown().optional(),
      'timeout-minutes': z.number().optional(),
      steps: z.array(z.looseObject({ run: z.string().optional() })),
    }),
  ),
});

/** Names of package.json scripts in a command, including `npm test` and `npm start`. */
const npmScripts = (command: string): string[] => [
  ...[...command.matchAll(/\bnpm run (?:--?[\w-]+ )*([\w:.-]+)/g)].map(([, name = '']) => name),
  ...[...command.matchAll(/\bnpm (test|start)\b/g)].map(([, name = '']) => name),
];

const files = readdirSync(path.join(ROOT, WORKFLOWS));

// zizmor's checks are not repeated here: pins, permissions, injections, credentials, triggers, concurrency.
describe.each(files)('%s', (file) => {
  const text = read(`${WORKFLOWS}/${file}`);
  const { jobs } = WORKFLOW.parse(parse(text));
  const all = Object.entries(jobs);
  const runs = all.flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));

  test('has a timeout for each job', () => {
    expect(all.filter(([, job]) => job['timeout-minutes'] === undefined)).toEqual([]);
  });

  test('ignores no failure', () => {
    expect(text).not.toContain('continue-on-error');
    expect(runs.filter((run) => run.includes('||'))).toEqual([]);
  });

  test('installs packages without running their scripts', () => {
    const installs = runs.filter((run) => /\bnpm (?:ci|clean-install|i|install|add)\b/.test(run));
    expect(installs.filter((run) => !run.startsWith('npm ci --ignore-scripts'))).toEqual([]);
  });

  test('names only scripts and files that exist', () => {
    const scripts = runs.flatMap(npmScripts);
    expect(scripts.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
    const paths = runs.flatMap((run) => run.match(/(?<![\w/])(?:\.ci|scripts|ops)\/[\w./-]+/g) ?? []);
    expect(paths.filter((place) => !existsSync(path.join(ROOT, place)))).toEqual([]);
  });

  test('uses an identity only in a protected environment', () => {
    const withIdentity = all.filter(([, { permissions }]) => permissions['id-token'] !== undefined);
    expect(withIdentity.filter(([, { environment }]) => environment === undefined)).toEqual([]);
  });
});

test('ci.yml, which runs code of forks, has no secret and no identity', () => {
  expect(read(`${WORKFLOWS}/ci.yml`)).not.toMatch(/id-token|\bsecrets\b|\bvars\b|\benvironment:/);
});

test('ci.yml runs every check that .ci/run runs', () => {
  const inWorkflow = new Set(npmScripts(read(`${WORKFLOWS}/ci.yml`)));
  // The totals are for a reader of the end of one long log.
  const missing = npmScripts(read('.ci/run')).filter((name) => name !== 'totals' && !inWorkflow.has(name));
  expect(missing).toEqual([]);
  expect(inWorkflow).toContain('ci');
});

describe('dependabot.yml', () => {
  const { updates } = z
    .object({
      updates: z.array(
        z.looseObject({
          'package-ecosystem': z.string(),
          cooldown: z.object({ 'default-days': z.number() }),
          ignore: z.array(z.looseObject({ 'dependency-name': z.string() })).default([]),
        }),
      ),
    })
    .parse(parse(read('.github/dependabot.yml')));

  test('waits a week before every update', () => {
    expect(updates.map((update) => [update['package-ecosystem'], update.cooldown['default-days']])).toEqual([
      ['npm', 7],
      ['github-actions', 7],
      ['docker', 7],
    ]);
  });

  test('ignores only packages that exist here', () => {
    const ours = { ...packageJson.dependencies, ...packageJson.devDependencies };
    const heldBack = updates.flatMap(({ ignore }) => ignore.map((entry) => entry['dependency-name']));
    expect(heldBack).toEqual(expect.arrayContaining(['aws-cdk', '@daily-co/daily-js', 'typescript']));
    expect(heldBack.filter((name) => !Object.hasOwn(ours, name))).toEqual([]);
  });
});
