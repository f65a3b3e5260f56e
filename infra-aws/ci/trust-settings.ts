import * as z from 'zod';
import { formatValue, problem } from '../../contract/problem';
import { ruleProblems, schemaOf, type SettingRule } from '../../contract/setting-rules';

/** An id as the context of cdk.json may hold it too, where digits are a number. */
const githubId = z.union([z.string(), z.int().transform(String)]).refine((id) => /^[1-9]\d{0,18}$/.test(id));

/** GitHub escapes some other characters in a token's subject, so they are not taken. */
const githubEnvironment = z.string().regex(/^[\w.-]{1,100}$/);

/** Settings of the trust in CI, each a name in the CDK context. */
const RULES = {
  /** `owner/name` of the repository whose workflows deploy, in the case that GitHub shows. */
  githubRepository: {
    schema: z.string().regex(/^[A-Za-z\d](?:[A-Za-z\d-]{0,38})\/[\w.-]{1,100}$/),
    must: "a repository's owner/name",
    why: 'No token of GitHub would ever match, or one of somebody else.',
  },

  /** Number of that repository. A name can be given up and taken by somebody else, a number cannot. */
  githubRepositoryId: {
    schema: githubId,
    must: 'a number (gh api repos/<owner>/<name> --jq .id)',
    why: 'Whoever takes over the name of the repository could deploy.',
  },

  /** Number of the repository's owner, part of a newer repository's subject. */
  githubOwnerId: {
    schema: githubId,
    must: 'a number (gh api repos/<owner>/<name> --jq .owner.id)',
    why: 'Subjects of repositories made since 15 July 2026 hold it, and theirs would not match.',
  },

  /** GitHub environment of the jobs that deploy; who must approve them is said there. */
  githubEnvironment: {
    schema: githubEnvironment,
    must: 'the name of a GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'Any workflow on any branch could deploy, without an approval.',
  },

  /** GitHub environment of the jobs that only look (`cdk diff`, `cdk drift`). @default - no role for them */
  githubCheckEnvironment: {
    schema: githubEnvironment.optional(),
    must: 'the name of another GitHub environment (letters, digits, dots, hyphens, underscores)',
    why: 'No token of GitHub would ever match.',
  },

  /** Provider of GitHub's tokens that the account has already; it can have but one. @default - the stack makes it */
  githubProviderArn: {
    schema: z
      .string()
      .regex(/^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/)
      .optional(),
    must: 'the ARN of a provider (arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com)',
    why: 'The roles would trust tokens that GitHub did not issue.',
  },

  /**
   * Qualifier of a bootstrap for this project alone, part of the names of its roles. Never CDK's own: that bootstrap
   * deploys with the rights of an administrator.
   */
  bootstrapQualifier: {
    schema: z.string().regex(/^(?!hnb659fds$)[a-z\d]{1,10}$/),
    must: '1 to 10 lower-case letters and digits, other than hnb659fds',
    why: 'CI would deploy through roles that are not made for this project.',
  },
} as const satisfies Readonly<Record<string, SettingRule>>;

const trustSettings = schemaOf(RULES);

/** Checked settings of the trust in CI. */
export type TrustSettings = Readonly<z.output<typeof trustSettings>>;

type Context = Readonly<Record<string, unknown>>;

/** What of the context is, or was meant to be, a setting of this app. */
const settingsIn = (context: Context): Context =>
  Object.fromEntries(Object.entries(context).filter(([name]) => /^(?:github|bootstrap)/i.test(name)));

/**
 * Everything that is wrong with these settings, one sentence group each; none when {@link parseTrustSettings} will accept
 * them.
 *
 * @param context all of the app's context
 */
export function trustProblems(context: Context): string[] {
  const settings = settingsIn(context);
  return [
    ...ruleProblems(RULES, settings, { path: '', fixOf: (name) => `Say --context ${name}=<value>.` }),
    ...sameEnvironmentProblems(settings),
  ];
}

/**
 * The settings, checked.
 * @throws ZodError for a context that {@link trustProblems} complains about
 */
export const parseTrustSettings = (context: Context): TrustSettings =>
  trustSettings.parse(settingsIn(context));

/** Then a job that was only to look could deploy. GitHub does not tell cases apart in the names of environments. */
function sameEnvironmentProblems(settings: Context): string[] {
  const { githubCheckEnvironment: check, githubEnvironment: deploy } = settings;
  const asGithub = (name: unknown): unknown => (typeof name === 'string' ? name.toLowerCase() : name);
  if (check === undefined || asGithub(check) !== asGithub(deploy)) return [];
  return [
    problem({
      name: 'githubCheckEnvironment',
      wrong: 'is the one that deploys',
      got: formatValue(check),
      why: 'A job that only looks could deploy, or waits for an approval every day.',
      fix: 'Name another one.',
    }),
  ];
}
