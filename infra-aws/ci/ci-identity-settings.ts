import * as z from 'zod';
import { formatValue, problem } from '../../contract/problem';
import { ruleProblems, schemaOf, type SettingRule } from '../../contract/setting-rules';

/** A GitHub id: text, or a number in cdk.json. */
const githubId = z.union([z.string(), z.int().transform(String)]).refine((id) => /^[1-9]\d{0,18}$/.test(id));

/** Other characters are refused, because GitHub escapes some of them in a token's subject. */
const githubEnvironment = z.string().regex(/^[\w.-]{1,100}$/);

/** Settings of the CI identity, each a key of the CDK context. */
const RULES = {
  /** `owner/name` of the repository whose workflows deploy, in the spelling that GitHub shows. */
  githubRepository: {
    schema: z.string().regex(/^[A-Za-z\d](?:[A-Za-z\d-]{0,38})\/[\w.-]{1,100}$/),
    must: "a repository's owner/name",
    why: 'No token would match, or the tokens of another repository.',
  },

  /** Number of that repository. Another owner can take over a name, but not a number. */
  githubRepositoryId: {
    schema: githubId,
    must: 'a number (gh api repos/<owner>/<name> --jq .id)',
    why: 'A new owner of the repository name could deploy.',
  },

  /** Number of the repository's owner; part of the subject of newer repositories. */
  githubOwnerId: {
    schema: githubId,
    must: 'a number (gh api repos/<owner>/<name> --jq .owner.id)',
    why: 'Tokens of repositories created since 15 July 2026 have it in the subject, and would not match.',
  },

  /** GitHub environment of the jobs that deploy; its protection rules name the reviewers. */
  githubEnvironment: {
    schema: githubEnvironment,
    must: 'the name of a GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'Any workflow on any branch could deploy, without an approval.',
  },

  /** GitHub environment of the read-only jobs (`cdk diff`, `cdk drift`). @default - no role for them */
  githubCheckEnvironment: {
    schema: githubEnvironment.optional(),
    must: 'the name of another GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'No token would match.',
  },

  /** The account's existing provider for GitHub's tokens; an account can have only one. @default - the stack creates it */
  githubProviderArn: {
    schema: z
      .string()
      .regex(/^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/)
      .optional(),
    must: 'the ARN of the identity provider for GitHub (arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com)',
    why: 'The roles would trust tokens that GitHub did not issue.',
  },

  /**
   * Qualifier of a bootstrap for this project only; part of the names of its roles. CDK's default qualifier is refused: that
   * bootstrap deploys with administrator rights.
   */
  bootstrapQualifier: {
    schema: z.string().regex(/^(?!hnb659fds$)[a-z\d]{1,10}$/),
    must: '1 to 10 lower-case letters and digits, other than hnb659fds',
    why: 'CI would deploy with roles of another project.',
  },
} as const satisfies Readonly<Record<string, SettingRule>>;

const ciIdentitySettings = schemaOf(RULES);

/** Checked settings of the CI identity. */
export type AwsCiIdentitySettings = Readonly<z.output<typeof ciIdentitySettings>>;

type CdkContext = Readonly<Record<string, unknown>>;

/** The part of the context that looks like settings of this app, misspelt ones included. */
const settingsIn = (context: CdkContext): CdkContext =>
  Object.fromEntries(Object.entries(context).filter(([name]) => /^(?:github|bootstrap)/i.test(name)));

/**
 * All problems of these settings. Empty if {@link parseCiIdentitySettings} accepts them.
 *
 * @param context the app's whole context
 */
export function ciIdentityProblems(context: CdkContext): string[] {
  const settings = settingsIn(context);
  return [
    ...ruleProblems(RULES, settings, { path: '', fixOf: (name) => `Use --context ${name}=<value>.` }),
    ...sameEnvironmentProblems(settings),
  ];
}

/**
 * The settings, checked.
 * @throws ZodError if {@link ciIdentityProblems} finds a problem
 */
export const parseCiIdentitySettings = (context: CdkContext): AwsCiIdentitySettings =>
  ciIdentitySettings.parse(settingsIn(context));

/** With one environment for both, a read-only job could deploy. GitHub compares environment names case-insensitively. */
function sameEnvironmentProblems(settings: CdkContext): string[] {
  const { githubCheckEnvironment: check, githubEnvironment: deploy } = settings;
  const lower = (name: unknown): unknown => (typeof name === 'string' ? name.toLowerCase() : name);
  if (check === undefined || lower(check) !== lower(deploy)) return [];
  return [
    problem({
      name: 'githubCheckEnvironment',
      wrong: 'is the same as githubEnvironment',
      got: formatValue(check),
      why: 'A read-only job could deploy, or would wait for an approval every day.',
      fix: 'Use another GitHub environment.',
    }),
  ];
}
