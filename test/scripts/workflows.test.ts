import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json';
import { npmScripts, RULES, violations, type RuleName } from './workflow-rules';

const ROOT = path.resolve(__dirname, '../..');
const WORKFLOWS = '.github/workflows';
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const isRule = (name: string): name is RuleName => Object.hasOwn(RULES, name);
const ruleNames = Object.keys(RULES).filter(isRule);

const files = readdirSync(path.join(ROOT, WORKFLOWS));

test('there are workflows, and nothing else beside them', () => {
  expect(files).toContain('ci.yml');
  expect(files.filter((file) => !file.endsWith('.yml'))).toEqual([]);
});

describe.each(files)('%s', (file) => {
  test.each(ruleNames)('%s', (rule) => {
    expect(violations(rule, file, read(`${WORKFLOWS}/${file}`))).toEqual([]);
  });
});

const CHECKOUT = `actions/checkout@${'a'.repeat(40)}`;

/** Breaks no rule. */
const GOOD = `
on: [push]
permissions: {}
concurrency:
  group: good
jobs:
  deploy:
    environment: production
    timeout-minutes: 5
    permissions:
      id-token: write
    steps:
      - uses: ${CHECKOUT} # v1.2.3
        with:
          persist-credentials: false
      - run: npm ci --ignore-scripts
      - run: |
          npm run --silent ci && .ci/run
`;

/** For each rule what breaks it: text of the good one, what is put in its place, and what is found. */
const BREAKS: Readonly<Record<RuleName, readonly (readonly [string, string, string])[]>> = {
  'pins each action by its commit, with the version beside it': [
    [`${CHECKOUT} # v1.2.3`, 'actions/checkout@v6 # v6.0.2', 'actions/checkout@v6'],
    [`${CHECKOUT} # v1.2.3`, `"actions/checkout@main"`, 'actions/checkout@main'],
    [' # v1.2.3', '', CHECKOUT],
    ['# v1.2.3', '# v1', CHECKOUT],
    [
      '    steps:',
      '    uses: a/b/.github/workflows/c.yml@main\n    steps:',
      'a/b/.github/workflows/c.yml@main',
    ],
    ['- run: npm ci --ignore-scripts', '- {uses: a/b@v1}', 'a/b@v1'],
  ],
  'gives no right to everything': [
    ['\npermissions: {}', '', 'permissions'],
    ['\npermissions: {}', '\npermissions: read-all', 'permissions'],
    ['\npermissions: {}', '\npermissions: {contents: read}', 'permissions'],
  ],
  'names the rights of each job': [
    ['    permissions:\n      id-token: write\n', '', 'deploy'],
    ['    permissions:\n      id-token: write\n', '    permissions: write-all\n', 'deploy'],
  ],
  'bounds the time of each job': [['    timeout-minutes: 5\n', '', 'deploy']],
  'passes over no failure': [
    ['timeout-minutes: 5', 'continue-on-error: true\n    timeout-minutes: 5', 'continue-on-error: true'],
    ['- run: npm', '- continue-on-error: ${{ true }}\n        run: npm', 'continue-on-error: ${{ true }}'],
  ],
  'goes on after no failed command': [
    ['ci && .ci/run', 'ci || true', 'npm run --silent ci || true'],
    ['- run: npm ci --ignore-scripts', '- run: "false || npm -v"', 'false || npm -v'],
  ],
  'puts no expression into a command': [
    ['&& .ci/run', '&& echo ${{ github.head_ref }}', 'npm run --silent ci && echo ${{ github.head_ref }}'],
  ],
  'leaves no credential in the checkout': [
    ['        with:\n          persist-credentials: false\n', '', CHECKOUT],
    ['persist-credentials: false', 'persist-credentials: true', CHECKOUT],
    ['persist-credentials: false', 'persist-credentials: "false"', CHECKOUT],
  ],
  "runs no package's own scripts while it installs": [
    ['npm ci --ignore-scripts', 'npm ci', 'npm ci'],
    ['npm ci --ignore-scripts', 'npm install --no-save left-pad', 'npm install --no-save left-pad'],
    ['npm ci --ignore-scripts', 'npm ci; echo --ignore-scripts', 'npm ci'],
  ],
  'names only scripts and files that exist': [
    ['--silent ci', '--silent cj', 'cj'],
    ['.ci/run', '.ci/walk', '.ci/walk'],
  ],
  'takes an identity only in a protected environment': [['    environment: production\n', '', 'deploy']],
  'runs one at a time, or says which': [
    ['concurrency:\n  group: good\n', '', 'concurrency'],
    ['  group: good', '  cancel-in-progress: true', 'concurrency'],
  ],
  'is started by nothing that gives a fork our rights': [
    ['on: [push]', 'on: [push, pull_request_target]', 'pull_request_target'],
    ['on: [push]', 'on: pull_request_target', 'pull_request_target'],
    ['on: [push]', 'on: {workflow_run: {workflows: [ci]}}', 'workflow_run'],
  ],
  'has no secret and no identity where a fork decides what runs': [
    // It looks at one file only: see below.
  ],
};

test.each(ruleNames)('nothing is found in the good one: %s', (rule) => {
  expect(violations(rule, 'good.yml', GOOD)).toEqual([]);
});

const breaks = ruleNames.flatMap((rule) => BREAKS[rule].map((edit) => [rule, ...edit] as const));

test.each(breaks)('"%s" fails with %j replaced by %j', (rule, part, by, found) => {
  expect(GOOD.split(part)).toHaveLength(2);
  const bad = GOOD.replace(part, () => by);
  expect(violations(rule, 'bad.yml', bad)).toEqual([found]);
});

test.each([
  ['environment: production', 'environment:'],
  ['id-token: write', 'id-token'],
  ['env: {KEY: "${{ secrets.KEY }}"}', 'secrets'],
  ['secrets: inherit', 'secrets'],
  ['if: vars.ACCOUNT', 'vars'],
])('in ci.yml, where a fork decides what runs, %s is found', (line, found) => {
  const rule = 'has no secret and no identity where a fork decides what runs';
  const text = `on: pull_request\njobs:\n  a:\n    ${line}\n`;
  expect(violations(rule, 'ci.yml', text)).toEqual([found]);
  expect(violations(rule, 'deploy.yml', text)).toEqual([]);
});

test('what is no workflow is refused, not passed', () => {
  expect(() => violations('passes over no failure', 'bad.yml', 'jobs: [')).toThrow('Flow sequence');
  expect(() => violations('passes over no failure', 'bad.yml', 'on: push')).toThrow('jobs');
});

test('ci.yml runs every check that .ci/run runs', () => {
  const inWorkflow = new Set(npmScripts(read(`${WORKFLOWS}/ci.yml`)));
  // The totals are for who reads the end of one long log.
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

  test('waits a week with everything that it updates', () => {
    expect(updates.map((update) => [update['package-ecosystem'], update.cooldown['default-days']])).toEqual([
      ['npm', 7],
      ['github-actions', 7],
      ['docker', 7],
    ]);
  });

  test('holds back only packages that we have', () => {
    const ours = { ...packageJson.dependencies, ...packageJson.devDependencies };
    const heldBack = updates.flatMap(({ ignore }) => ignore.map((entry) => entry['dependency-name']));
    expect(heldBack).toEqual(expect.arrayContaining(['aws-cdk', '@daily-co/daily-js', 'typescript']));
    expect(heldBack.filter((name) => !Object.hasOwn(ours, name))).toEqual([]);
  });
});
