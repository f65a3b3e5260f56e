import { CONFIG_SETTINGS, requiredSettings, SECRET_SETTINGS, settingRow } from '../../../contract/settings';
import { type JobKind, CI_VARIABLE_NAMES, CI_VARIABLES, type CiVariable } from './ci-variables';

/** A variable or a secret that the workflows get from GitHub. */
interface GithubName {
  readonly kind: 'secret' | 'variable';
  /** When it is required, in words. */
  readonly needed: string;
  readonly jobs: readonly JobKind[];
}

/** The GitHub environment of each kind of job. */
export const GITHUB_ENVIRONMENTS: Readonly<Record<JobKind, string>> = {
  deploy: 'production',
  check: 'production-check',
};

/** Settings that are always required. */
const ALWAYS: readonly string[] = requiredSettings({
  hasReplica: true,
  isRecording: false,
  publicBaseUrl: 'https:',
  easyAuth: true,
  readsByWebIdentity: false,
});

function ofSetting(name: (typeof CONFIG_SETTINGS | typeof SECRET_SETTINGS)[number]): GithubName {
  const { source, required } = settingRow(name);
  return {
    kind: source === 'secret' ? 'secret' : 'variable',
    needed: ALWAYS.includes(name) ? 'always' : (required?.words ?? '-'),
    jobs: ['check', 'deploy'],
  };
}

function ofCiVariable({ jobs }: CiVariable): GithubName {
  const [only, other] = jobs;
  const needed = only === undefined || other !== undefined ? 'always' : `in \`${GITHUB_ENVIRONMENTS[only]}\``;
  return { kind: 'variable', needed, jobs };
}

/**
 * All variables and secrets that the workflows get from GitHub: CI variables and settings of the backend. The `env:` of
 * the workflows is generated from it.
 */
export const GITHUB_NAMES: Readonly<Record<string, GithubName>> = Object.fromEntries([
  ...CI_VARIABLE_NAMES.map((name): [string, GithubName] => [name, ofCiVariable(CI_VARIABLES[name])]),
  ...[...CONFIG_SETTINGS, ...SECRET_SETTINGS].map((name): [string, GithubName] => [name, ofSetting(name)]),
]);

/** The guide's list of CI variables by source. The settings of the backend have their own table. */
export function githubNamesList(): string {
  const sources = new Set(CI_VARIABLE_NAMES.map((name) => CI_VARIABLES[name].from));
  const namesFrom = (from: string): string =>
    CI_VARIABLE_NAMES.filter((name) => CI_VARIABLES[name].from === from)
      .map((name) => `\`${name}\``)
      .join(', ');
  return [...sources].map((from) => `- From ${from}: ${namesFrom(from)}`).join('\n');
}

const CONTEXTS: Readonly<Record<GithubName['kind'], string>> = { secret: 'secrets', variable: 'vars' };

/** Lines of a workflow's `env:` with all names of a kind that a job needs. */
export const githubEnv = (job: JobKind, wanted: GithubName['kind']): readonly string[] =>
  Object.entries(GITHUB_NAMES)
    .filter(([, { kind, jobs }]) => kind === wanted && jobs.includes(job))
    .map(([name]) => `${name}: \${{ ${CONTEXTS[wanted]}.${name} }}`);
