import { maskArn } from '../../../contract/aws-values';
import { parseCiIdentitySettings, ciIdentityProblems } from '../../../infra-aws/ci/ci-identity-settings';
import { EXISTING_PROVIDER, SETTINGS } from './helpers';

const problemsWith = (settings: Readonly<Record<string, unknown>>): string[] =>
  ciIdentityProblems({ ...SETTINGS, ...settings });

describe('the settings of the CI identity', () => {
  it('are these; two of them are optional', () => {
    expect(ciIdentityProblems(SETTINGS)).toEqual([]);
    expect(parseCiIdentitySettings(SETTINGS)).toEqual(SETTINGS);
  });

  it('accept ids as numbers, as in cdk.json', () => {
    const settings = { ...SETTINGS, githubRepositoryId: 789012, githubOwnerId: 123456 };
    expect(ciIdentityProblems(settings)).toEqual([]);
    expect(parseCiIdentitySettings(settings)).toEqual(SETTINGS);
  });

  it('ignore the rest of the context', () => {
    const context = { ...SETTINGS, environments: { dev: {} }, '@aws-cdk/core:bootstrapQualifier': 'x' };
    expect(ciIdentityProblems(context)).toEqual([]);
    expect(parseCiIdentitySettings(context)).toEqual(SETTINGS);
  });

  it.each([
    { githubRepository: 'Acme-2/tavus.recordings_3' },
    { githubEnvironment: 'prod-eu.1_a', githubCheckEnvironment: 'check' },
    { githubProviderArn: EXISTING_PROVIDER },
    { bootstrapQualifier: 'a' },
    { bootstrapQualifier: '0123456789' },
  ])('accept %j', (settings) => {
    expect(problemsWith(settings)).toEqual([]);
  });
});

it('reports all missing settings at once', () => {
  expect(ciIdentityProblems({})).toEqual([
    "githubRepository: is not a repository's owner/name, got nothing. No token would match, or the tokens of another repository. Use --context githubRepository=<value>.",
    'githubRepositoryId: is not a number (gh api repos/<owner>/<name> --jq .id), got nothing. A new owner of the repository name could deploy. Use --context githubRepositoryId=<value>.',
    'githubOwnerId: is not a number (gh api repos/<owner>/<name> --jq .owner.id), got nothing. Tokens of repositories created since 15 July 2026 have it in the subject, and would not match. Use --context githubOwnerId=<value>.',
    'githubEnvironment: is not the name of a GitHub environment (letters, digits, dots, hyphens, underscores), got nothing. Any workflow on any branch could deploy, without an approval. Use --context githubEnvironment=<value>.',
    'bootstrapQualifier: is not 1 to 10 lower-case letters and digits, other than hnb659fds, got nothing. CI would deploy with roles of another project. Use --context bootstrapQualifier=<value>.',
  ]);
});

describe('one problem', () => {
  it.each([
    [
      { githubCheckEnvironment: 'my check' },
      'githubCheckEnvironment: is not the name of another GitHub environment (letters, digits, dots, hyphens, underscores), got "my check". No token would match. Use --context githubCheckEnvironment=<value>.',
    ],
    [
      { githubCheckEnvironment: 'production' },
      'githubCheckEnvironment: is the same as githubEnvironment, got "production". A read-only job could deploy, or would wait for an approval every day. Use another GitHub environment.',
    ],
    [
      { githubCheckEnvironment: 'Production' },
      'githubCheckEnvironment: is the same as githubEnvironment, got "Production". A read-only job could deploy, or would wait for an approval every day. Use another GitHub environment.',
    ],
    [
      { githubProviderArn: 'token.actions.githubusercontent.com' },
      'githubProviderArn: is not the ARN of the identity provider for GitHub (arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com), got "token.actions.githubusercontent.com". The roles would trust tokens that GitHub did not issue. Use --context githubProviderArn=<value>.',
    ],
    [
      { bootstrapQualifier: 'hnb659fds' },
      'bootstrapQualifier: is not 1 to 10 lower-case letters and digits, other than hnb659fds, got "hnb659fds". CI would deploy with roles of another project. Use --context bootstrapQualifier=<value>.',
    ],
    [
      { githubProvider: EXISTING_PROVIDER },
      `githubProvider: unknown setting, got "${maskArn(EXISTING_PROVIDER)}". It would be ignored. Did you mean githubProviderArn?`,
    ],
    [
      { githubColour: 'red' },
      'githubColour: unknown setting, got "red". It would be ignored. The settings are githubRepository, githubRepositoryId, githubOwnerId, githubEnvironment, githubCheckEnvironment, githubProviderArn, bootstrapQualifier.',
    ],
  ])('with %j', (settings, problem) => {
    expect(problemsWith(settings)).toEqual([problem]);
  });
});

// Each of these could allow more jobs to deploy: `*` and `?` are patterns in IAM, and GitHub escapes a colon.
it.each([
  ['githubRepository', ['acme', 'acme/*', '*/recordings', 'acme/a/b', 'acme/', '/recordings', 'ac me/x', 7]],
  ['githubRepositoryId', ['', '0', '*', '12a', '-1', '1.5', 1.5, -1, null, '12345678901234567890']],
  ['githubOwnerId', ['', 'acme', '1?', true]],
  ['githubEnvironment', ['', '*', 'prod?', 'prod:eu', 'prod/eu', 'prod eu', 'x'.repeat(101)]],
  ['githubCheckEnvironment', ['', '*', 'a:b']],
  [
    'githubProviderArn',
    [
      '',
      'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com/acme',
      'arn:aws:iam::111122223333:oidc-provider/token-actions.githubusercontent.com',
      'arn:aws:iam::*:oidc-provider/token.actions.githubusercontent.com',
      'arn:aws-cn:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
    ],
  ],
  ['bootstrapQualifier', ['', 'TavusRec', 'tavus-rec', 'tavusrec*', '01234567890', 'hnb659fds']],
])('refuses wrong values of %s', (name, values) => {
  for (const value of values) {
    expect(problemsWith({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: is not .* Use --context ${name}=<value>\\.$`)),
    ]);
  }
});
