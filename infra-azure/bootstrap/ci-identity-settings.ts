import * as z from 'zod';
import { LAPTOP_ENVIRONMENT } from '../../contract/hand-over';
import type { ConfigSource } from '../config-source';
import { formatValue, problem } from '../../contract/problem';
import { PROGRAM_KEYS } from '../../contract/program-keys';
import { unknownKeys } from '../unknown-keys';

const githubId = z.string().regex(/^[1-9]\d{0,18}$/);

/** GitHub escapes some other characters in a token's subject, so they are not taken. */
const githubEnvironment = z.string().regex(/^[\w.-]{1,100}$/);

/** Configuration of the trust, by key. */
const trustSettings = z.object({
  /** `owner/name` of the repository whose workflows deploy, in the case that GitHub shows. */
  githubRepository: z.string().regex(/^[A-Za-z\d][A-Za-z\d-]{0,38}\/[\w.-]{1,100}$/),

  /** Number of that repository. A name can be given up and taken by somebody else, a number cannot. */
  githubRepositoryId: githubId,

  /** Number of the repository's owner, part of a newer repository's subject. */
  githubOwnerId: githubId,

  /** GitHub environment of the jobs that deploy; who must approve them is said there. */
  githubEnvironment,

  /** GitHub environment of the jobs that only look. */
  githubCheckEnvironment: githubEnvironment,

  location: PROGRAM_KEYS.location.schema,

  /** The organisation's tags for every resource. */
  tags: PROGRAM_KEYS.tags.schema.optional(),

  /** Whether groups, state and key refuse to be deleted. */
  protectData: PROGRAM_KEYS.protectData.schema,
});

/** Checked configuration of the trust. */
export type TrustSettings = Readonly<z.output<typeof trustSettings>>;

type TrustKey = keyof TrustSettings;

/** What holds when nothing is configured; a key without one is required. */
export const TRUST_DEFAULTS: { readonly [Key in TrustKey]?: string } = {
  githubEnvironment: 'production',
  githubCheckEnvironment: 'production-check',
  location: 'westeurope',
  protectData: 'true',
};

export const TRUST_KEYS: readonly TrustKey[] = trustSettings.keyof().options;

/** For the error about a key: what it must be, why that matters, and a value. */
const RULES: Readonly<
  Record<TrustKey, { readonly must: string; readonly why: string; readonly say: string }>
> = {
  githubRepository: {
    must: "a repository's owner/name",
    why: 'No token of GitHub would ever match, or one of somebody else.',
    say: '<owner>/<name>',
  },
  githubRepositoryId: {
    must: 'a number (gh api repos/<owner>/<name> --jq .id)',
    why: 'Subjects of repositories made since 15 July 2026 hold it, and theirs would not match.',
    say: '<number>',
  },
  githubOwnerId: {
    must: 'a number (gh api repos/<owner>/<name> --jq .owner.id)',
    why: 'Subjects of repositories made since 15 July 2026 hold it, and theirs would not match.',
    say: '<number>',
  },
  githubEnvironment: {
    must: 'the name of a GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'No token of GitHub would ever match.',
    say: 'production',
  },
  githubCheckEnvironment: {
    must: 'the name of another GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'No token of GitHub would ever match.',
    say: 'production-check',
  },
  location: {
    must: 'the name of an Azure region such as westeurope',
    why: 'Azure would refuse every resource.',
    say: 'westeurope',
  },
  tags: {
    must: "a list of tags that Azure takes (name=value,name=value, each name once and none of Azure's own)",
    why: 'Azure, or an Azure Policy that requires tags, would refuse a resource in the middle of the deployment.',
    say: 'CostCentre=4711,Owner=platform',
  },
  protectData: {
    must: 'true or false',
    why: 'Whether state and key can be deleted must not depend on a guess.',
    say: 'true',
  },
};

const PULUMI = 'pulumi -C infra-azure/bootstrap';

const textOf = (source: ConfigSource, key: TrustKey): string | undefined =>
  source.get(key) ?? TRUST_DEFAULTS[key];

const textsOf = (source: ConfigSource): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(TRUST_KEYS.map((key) => [key, textOf(source, key)]));

/**
 * Everything that is wrong, one sentence group each; none when {@link parseTrustSettings} will accept the configuration.
 *
 * @param environment name of the stack
 */
export function trustProblems(source: ConfigSource, environment: string): string[] {
  const issues = trustSettings.safeParse(textsOf(source)).error?.issues ?? [];
  const wrong = new Set(issues.map((issue) => issue.path[0]));
  return [
    ...environmentProblems(environment),
    ...unknownKeys(source, { known: TRUST_KEYS, pulumi: PULUMI }),
    ...TRUST_KEYS.filter((key) => wrong.has(key)).map((key) => {
      const { must, why, say } = RULES[key];
      return problem({
        name: key,
        wrong: `is not ${must}`,
        got: formatValue(textOf(source, key)),
        why,
        fix: `Run \`${PULUMI} config set ${key} ${say}\`.`,
      });
    }),
    ...sameEnvironmentProblems(source),
  ];
}

/**
 * The settings, checked.
 * @throws ZodError for a configuration that {@link trustProblems} complains about
 */
export const parseTrustSettings = (source: ConfigSource): TrustSettings =>
  trustSettings.parse(textsOf(source));

/** The form of an environment's name in cdk.json, too. */
function environmentProblems(environment: string): string[] {
  if (/^[a-z](?:[a-z\d-]{0,28}[a-z\d])?$/.test(environment) && environment !== LAPTOP_ENVIRONMENT) return [];
  return [
    problem({
      name: 'stack',
      wrong: 'is not the name of an environment in an account',
      got: formatValue(environment),
      why:
        'Groups and identities are called by it, and so is the stack that will be deployed: 1 to 30 lower-case letters, ' +
        `digits and hyphens, a letter first, not ${LAPTOP_ENVIRONMENT}.`,
      fix: `Run \`${PULUMI} stack init <environment>\`.`,
    }),
  ];
}

/** GitHub does not tell environments apart by their case. Then a job that was only to look could deploy. */
function sameEnvironmentProblems(source: ConfigSource): string[] {
  const deploy = textOf(source, 'githubEnvironment');
  const check = textOf(source, 'githubCheckEnvironment');
  if (deploy?.toLowerCase() !== check?.toLowerCase()) return [];
  return [
    problem({
      name: 'githubCheckEnvironment',
      wrong: 'is the one that deploys',
      got: formatValue(check),
      why: 'A job that only looks could deploy, or waits for an approval every day.',
      fix: `Run \`${PULUMI} config set githubCheckEnvironment <another>\`.`,
    }),
  ];
}
