import { existsSync } from 'node:fs';
import path from 'node:path';
import { isScalar, parseDocument, visit, type Scalar } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json';

const ROOT = path.resolve(__dirname, '../..');

const SCHEMA = z.looseObject({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: z.unknown().optional(),
  concurrency: z.unknown().optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.unknown().optional(),
      environment: z.unknown().optional(),
      'timeout-minutes': z.unknown().optional(),
      steps: z
        .array(
          z.looseObject({
            uses: z.string().optional(),
            run: z.string().optional(),
            with: z.record(z.string(), z.unknown()).default({}),
          }),
        )
        .default([]),
    }),
  ),
});

/** A workflow, read. */
interface Workflow extends z.output<typeof SCHEMA> {
  readonly file: string;
  readonly text: string;
}

/** What is wrong with a workflow, one line each. */
type Rule = (workflow: Workflow) => string[];

/** @throws when it is no YAML, or no workflow */
function parse(file: string, text: string): Workflow {
  const document = parseDocument(text, { strict: true });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return { ...SCHEMA.parse(document.toJS()), file, text };
}

/** Every value under a key, wherever it stands. */
function valuesOf(text: string, wanted: string): Scalar[] {
  const found: Scalar[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === wanted && isScalar(value)) found.push(value);
    },
  });
  return found;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const runs = ({ jobs }: Workflow): string[] =>
  Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => (run === undefined ? [] : [run.trim()])),
  );

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([whole, group]) => group ?? whole);

const jobsThat = ({ jobs }: Workflow, isWrong: (job: Workflow['jobs'][string]) => boolean): string[] =>
  Object.entries(jobs).flatMap(([name, job]) => (isWrong(job) ? [name] : []));

/** Names of package.json's scripts in a command, also the two with commands of their own. */
export const npmScripts = (command: string): string[] => [
  ...matches(command, /\bnpm run (?:--?[\w-]+ )*([\w:.-]+)/g),
  ...matches(command, /\bnpm (test|start)\b/g),
];

const isPinned = ({ value, comment }: Scalar): boolean =>
  /^[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40}$/.test(String(value)) && /^ v\d+\.\d+\.\d+$/.test(comment ?? '');

/** What holds for every workflow. */
export const RULES = {
  'pins each action by its commit, with the version beside it': ({ text }) =>
    valuesOf(text, 'uses')
      .filter((uses) => !isPinned(uses))
      .map(({ value }) => String(value)),

  'gives no right to everything': ({ permissions }) =>
    isRecord(permissions) && Object.keys(permissions).length === 0 ? [] : ['permissions'],

  'names the rights of each job': (workflow) =>
    jobsThat(workflow, ({ permissions }) => !isRecord(permissions)),

  'bounds the time of each job': (workflow) =>
    jobsThat(workflow, (job) => typeof job['timeout-minutes'] !== 'number'),

  'passes over no failure': ({ text }) =>
    valuesOf(text, 'continue-on-error').map(({ value }) => `continue-on-error: ${String(value)}`),

  'goes on after no failed command': (workflow) => runs(workflow).filter((run) => run.includes('||')),

  'puts no expression into a command': (workflow) => runs(workflow).filter((run) => run.includes('${{')),

  'leaves no credential in the checkout': ({ jobs }) =>
    Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses, with: { 'persist-credentials': persists } }) => {
        return uses?.startsWith('actions/checkout@') === true && persists !== false;
      })
      .map(({ uses = '' }) => uses),

  "runs no package's own scripts while it installs": (workflow) =>
    runs(workflow)
      .flatMap((run) => matches(run, /\bnpm (?:ci|clean-install|i|install|add)\b[^\n;&|]*/g))
      .filter((command) => !command.includes('--ignore-scripts')),

  'names only scripts and files that exist': (workflow) =>
    runs(workflow).flatMap((run) => [
      ...npmScripts(run).filter((name) => !Object.hasOwn(packageJson.scripts, name)),
      ...matches(run, /(?<![\w/])(?:\.ci|scripts|ops)\/[\w./-]+/g).filter(
        (file) => !existsSync(path.join(ROOT, file)),
      ),
    ]),

  'takes an identity only in a protected environment': (workflow) =>
    jobsThat(workflow, ({ permissions, environment }) => {
      return isRecord(permissions) && permissions['id-token'] === 'write' && environment === undefined;
    }),

  'runs one at a time, or says which': ({ concurrency }) =>
    isRecord(concurrency) && typeof concurrency['group'] === 'string' ? [] : ['concurrency'],

  'is started by nothing that gives a fork our rights': ({ on }) =>
    (typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on)).filter((event) =>
      ['pull_request_target', 'workflow_run', 'issue_comment'].includes(event),
    ),

  'has no secret and no identity where a fork decides what runs': ({ file, text }) =>
    file === 'ci.yml' ? matches(text, /id-token|\bsecrets\b|\bvars\b|\benvironment:/g) : [],
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

/** What is wrong with a workflow's text by one of the rules. */
export const violations = (rule: RuleName, file: string, text: string): string[] =>
  RULES[rule](parse(file, text));
