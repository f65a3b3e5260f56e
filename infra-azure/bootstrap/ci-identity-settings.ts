import * as z from 'zod';
import { LAPTOP_ENVIRONMENT } from '../../contract/hand-over';
import type { ConfigSource } from '../config-source';
import { formatValue, problem } from '../../contract/problem';
import { PROGRAM_KEYS } from '../../contract/program-keys';
import { unknownKeys } from '../unknown-keys';

const githubId = z.string().regex(/^[1-9]\d{0,18}$/);

/** Other characters are refused, because GitHub escapes some of them in a token's subject. */
const githubEnvironment = z.string().regex(/^[\w.-]{1,100}$/);

/** Configuration of the CI identity, by key. */
const ciIdentitySettings = z.object({
  /** `owner/name` of the repository whose workflows deploy, in the spelling that GitHub shows. */
  githubRepository: z.string().regex(/^[A-Za-z\d][A-Za-z\d-]{0,38}\/[\w.-]{1,100}$/),

  /** Number of that repository. Another owner can take over a name, but not a number. */
  githubRepositoryId: githubId,

  /** Number of the repository's owner; part of the subject of newer repositories. */
  githubOwnerId: githubId,

  /** GitHub environment of the jobs that deploy; its protection rules name the reviewers. */
  githubEnvironment,

  /** GitHub environment of the read-only jobs. */
  githubCheckEnvironment: githubEnvironment,

  location: PROGRAM_KEYS.location.schema,

  /** The organisation's tags for every resource. */
  tags: PROGRAM_KEYS.tags.schema.optional(),

  /** Whether Pulumi refuses to delete groups, state and key. */
  protectData: PROGRAM_KEYS.protectData.schema,
});

/** Checked configuration of the CI identity. */
export type AzureCiIdentitySettings = Readonly<z.output<typeof ciIdentitySettings>>;

type CiIdentityKey = keyof AzureCiIdentitySettings;

/** Defaults. A key without one is required, except `tags`. */
export const CI_IDENTITY_DEFAULTS: { readonly [Key in CiIdentityKey]?: string } = {
  githubEnvironment: 'production',
  githubCheckEnvironment: 'production-check',
  location: 'westeurope',
  protectData: 'true',
};

export const CI_IDENTITY_KEYS: readonly CiIdentityKey[] = ciIdentitySettings.keyof().options;

/** Parts of a key's error, with an example value. */
const RULES: Readonly<
  Record<CiIdentityKey, { readonly must: string; readonly why: string; readonly example: string }>
> = {
  githubRepository: {
    must: "a repository's owner/name",
    why: 'No token would match, or the tokens of another repository.',
    example: '<owner>/<name>',
  },
  githubRepositoryId: {
    must: 'a number (gh api repos/<owner>/<name> --jq .id)',
    why: 'Tokens of repositories created since 15 July 2026 have it in the subject, and would not match.',
    example: '<number>',
  },
  githubOwnerId: {
    must: 'a number (gh api repos/<owner>/<name> --jq .owner.id)',
    why: 'Tokens of repositories created since 15 July 2026 have it in the subject, and would not match.',
    example: '<number>',
  },
  githubEnvironment: {
    must: 'the name of a GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'No token would match.',
    example: 'production',
  },
  githubCheckEnvironment: {
    must: 'the name of another GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'No token would match.',
    example: 'production-check',
  },
  location: {
    must: 'the name of an Azure region such as westeurope',
    why: 'Azure would refuse every resource.',
    example: 'westeurope',
  },
  tags: {
    must: 'a list of tags that Azure accepts (name=value,name=value, each name once, no reserved names)',
    why: 'Azure, or an Azure Policy that requires tags, would refuse a resource in the middle of the deployment.',
    example: 'CostCentre=4711,Owner=platform',
  },
  protectData: {
    must: 'true or false',
    why: 'State and key could be deleted by accident.',
    example: 'true',
  },
};

const PULUMI = 'pulumi -C infra-azure/bootstrap';

const textOf = (source: ConfigSource, key: CiIdentityKey): string | undefined =>
  source.get(key) ?? CI_IDENTITY_DEFAULTS[key];

const textsOf = (source: ConfigSource): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(CI_IDENTITY_KEYS.map((key) => [key, textOf(source, key)]));

/**
 * All problems. Empty if {@link parseCiIdentitySettings} accepts the configuration.
 *
 * @param environment name of the stack
 */
export function ciIdentityProblems(source: ConfigSource, environment: string): string[] {
  const issues = ciIdentitySettings.safeParse(textsOf(source)).error?.issues ?? [];
  const wrong = new Set(issues.map((issue) => issue.path[0]));
  return [
    ...environmentProblems(environment),
    ...unknownKeys(source, { known: CI_IDENTITY_KEYS, pulumi: PULUMI }),
    ...CI_IDENTITY_KEYS.filter((key) => wrong.has(key)).map((key) => {
      const { must, why, example } = RULES[key];
      return problem({
        name: key,
        wrong: `is not ${must}`,
        got: formatValue(textOf(source, key)),
        why,
        fix: `Run \`${PULUMI} config set ${key} ${example}\`.`,
      });
    }),
    ...sameEnvironmentProblems(source),
  ];
}

/**
 * The settings, checked.
 * @throws ZodError if {@link ciIdentityProblems} finds a problem
 */
export const parseCiIdentitySettings = (source: ConfigSource): AzureCiIdentitySettings =>
  ciIdentitySettings.parse(textsOf(source));

/** The name must follow the rules for an environment's name in cdk.json. */
function environmentProblems(environment: string): string[] {
  if (/^[a-z](?:[a-z\d-]{0,28}[a-z\d])?$/.test(environment) && environment !== LAPTOP_ENVIRONMENT) return [];
  return [
    problem({
      name: 'stack',
      wrong: `is not an allowed name (1 to 30 lower-case letters, digits and hyphens, a letter first, not ${LAPTOP_ENVIRONMENT})`,
      got: formatValue(environment),
      why: 'It is part of the names of groups and identities, and must be the name of the deployed stack.',
      fix: `Run \`${PULUMI} stack init <environment>\`.`,
    }),
  ];
}

/** With one environment for both, a read-only job could deploy. GitHub compares environment names case-insensitively. */
function sameEnvironmentProblems(source: ConfigSource): string[] {
  const deploy = textOf(source, 'githubEnvironment');
  const check = textOf(source, 'githubCheckEnvironment');
  if (deploy?.toLowerCase() !== check?.toLowerCase()) return [];
  return [
    problem({
      name: 'githubCheckEnvironment',
      wrong: 'is the same as githubEnvironment',
      got: formatValue(check),
      why: 'A read-only job could deploy, or would wait for an approval every day.',
      fix: `Run \`${PULUMI} config set githubCheckEnvironment <another>\`.`,
    }),
  ];
}
