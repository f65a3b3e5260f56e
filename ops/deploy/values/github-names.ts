import { CONFIG_SETTINGS, requiredSettings, SECRET_SETTINGS, settingRow } from '../../../contract/settings';
import { markdownTable } from '../../markdown-table';
import { type JobKind, CI_VARIABLE_NAMES, CI_VARIABLES, type CiVariable } from './ci-variables';

/** A variable or a secret that the workflows get from GitHub. */
interface GithubName {
  readonly kind: 'secret' | 'variable';
  readonly from: string;
  /** When it is required, in words. */
  readonly needed: string;
  readonly meaning: string;
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
  looksByWebIdentity: false,
});

function ofSetting(name: (typeof CONFIG_SETTINGS | typeof SECRET_SETTINGS)[number]): GithubName {
  const { source, meaning, required } = settingRow(name);
  return {
    kind: source === 'secret' ? 'secret' : 'variable',
    from:
      name === 'TAVUS_API_KEY' ? 'Tavus' : source === 'secret' ? '`openssl rand -base64 32`' : 'your choice',
    needed: ALWAYS.includes(name) ? 'always' : (required?.words ?? '-'),
    meaning,
    jobs: ['check', 'deploy'],
  };
}

function ofCiVariable({ from, meaning, jobs }: CiVariable): GithubName {
  const [only, other] = jobs;
  const needed = only === undefined || other !== undefined ? 'always' : `in \`${GITHUB_ENVIRONMENTS[only]}\``;
  return { kind: 'variable', from, needed, meaning, jobs };
}

/**
 * All variables and secrets that the workflows get from GitHub: CI variables and settings of the backend. The table of
 * the guide and the `env:` of the workflows are generated from it.
 */
export const GITHUB_NAMES: Readonly<Record<string, GithubName>> = Object.fromEntries([
  ...CI_VARIABLE_NAMES.map((name): [string, GithubName] => [name, ofCiVariable(CI_VARIABLES[name])]),
  ...[...CONFIG_SETTINGS, ...SECRET_SETTINGS].map((name): [string, GithubName] => [name, ofSetting(name)]),
]);

/** The table of the guide. */
export const githubNamesTable = (): string =>
  markdownTable(
    ['Name', 'Kind', 'From', 'Needed', 'Meaning'],
    Object.entries(GITHUB_NAMES).map(([name, { kind, from, needed, meaning }]) => [
      `\`${name}\``,
      kind,
      from,
      needed,
      meaning,
    ]),
  );

const CONTEXTS: Readonly<Record<GithubName['kind'], string>> = { secret: 'secrets', variable: 'vars' };

/** Lines of a workflow's `env:` with all names of a kind that a job needs. */
export const githubEnv = (job: JobKind, wanted: GithubName['kind']): readonly string[] =>
  Object.entries(GITHUB_NAMES)
    .filter(([, { kind, jobs }]) => kind === wanted && jobs.includes(job))
    .map(([name]) => `${name}: \${{ ${CONTEXTS[wanted]}.${name} }}`);
