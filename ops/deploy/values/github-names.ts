import { CONFIG_SETTINGS, requiredSettings, SECRET_SETTINGS, settingRow } from '../../../contract/settings';
import { type JobKind, TRUST_VARIABLE_NAMES, TRUST_VARIABLES, type TrustVariable } from './trust-variables';

/** A variable or a secret that the workflows get from GitHub. */
interface GithubName {
  readonly kind: 'secret' | 'variable';
  /** When a job cannot do without it, in words. */
  readonly needed: string;
  readonly jobs: readonly JobKind[];
}

/** The GitHub environment of each kind of job. */
export const GITHUB_ENVIRONMENTS: Readonly<Record<JobKind, string>> = {
  deploy: 'production',
  check: 'production-check',
};

/** What is needed whatever else is set. */
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

function ofTrust({ jobs }: TrustVariable): GithubName {
  const [only, other] = jobs;
  const needed = only === undefined || other !== undefined ? 'always' : `in \`${GITHUB_ENVIRONMENTS[only]}\``;
  return { kind: 'variable', needed, jobs };
}

/**
 * Everything that the workflows get from GitHub, by name: what leads into the clouds, and the settings of the backend that
 * a person chooses, each under its own name. The workflows' `env:` is made from it.
 */
export const GITHUB_NAMES: Readonly<Record<string, GithubName>> = Object.fromEntries([
  ...TRUST_VARIABLE_NAMES.map((name): [string, GithubName] => [name, ofTrust(TRUST_VARIABLES[name])]),
  ...[...CONFIG_SETTINGS, ...SECRET_SETTINGS].map((name): [string, GithubName] => [name, ofSetting(name)]),
]);

/** The guide's list, by where each is from: what leads into the clouds. The settings of the backend have a table of their own. */
export function githubNamesList(): string {
  const sources = new Set(TRUST_VARIABLE_NAMES.map((name) => TRUST_VARIABLES[name].from));
  const namesFrom = (from: string): string =>
    TRUST_VARIABLE_NAMES.filter((name) => TRUST_VARIABLES[name].from === from)
      .map((name) => `\`${name}\``)
      .join(', ');
  return [...sources].map((from) => `- From ${from}: ${namesFrom(from)}`).join('\n');
}

const CONTEXTS: Readonly<Record<GithubName['kind'], string>> = { secret: 'secrets', variable: 'vars' };

/** Lines of a workflow's `env:` that hand over all names of a kind that a job needs. */
export const githubEnv = (job: JobKind, wanted: GithubName['kind']): readonly string[] =>
  Object.entries(GITHUB_NAMES)
    .filter(([, { kind, jobs }]) => kind === wanted && jobs.includes(job))
    .map(([name]) => `${name}: \${{ ${CONTEXTS[wanted]}.${name} }}`);
