import { administratorOf, ANONYMOUS, OTHER_ACCOUNT } from '../../decisions/callers';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../../simulate';
import { TARGET } from '../../template';
import { type DeployedRole, SIMULATED_ISSUER } from '../../deployed-role';

/** Restated from the test's settings, in the forms that GitHub documents. */
const legacy = (environment: string): string => `repo:acme/recordings:environment:${environment}`;
const immutable = (environment: string): string =>
  `repo:acme@123456/recordings@789012:environment:${environment}`;

/** Claims of a token; undefined for a missing claim. */
interface Claims {
  readonly aud?: string | undefined;
  readonly sub?: string | undefined;
  readonly repository_id?: string | undefined;
  readonly environment?: string | undefined;
}

const contextOf = (claims: Claims): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).flatMap(([claim, value]) => {
      const issuer =
        claim === 'aud' || claim === 'sub' ? SIMULATED_ISSUER : 'token.actions.githubusercontent.com';
      return typeof value === 'string' ? [[`${issuer}:${claim}`, value]] : [];
    }),
  );

const providerIn = (account: string, issuer = 'token.actions.githubusercontent.com'): string =>
  `arn:aws:iam::${account}:oidc-provider/${issuer}`;

/**
 * Who may assume a GitHub job's role.
 *
 * @param environment the GitHub environment in which its job runs
 * @param other another GitHub environment of the same repository
 */
export function githubDecisions(role: DeployedRole, environment: string, other: string): Decision[] {
  const right: Claims = {
    aud: 'sts.amazonaws.com',
    sub: immutable(environment),
    repository_id: '789012',
    environment,
  };
  const assume = (
    name: string,
    expected: SimulatedOutcome,
    claims: Claims,
    request: Partial<SimulatedRequest> = {},
  ): Decision => ({
    name: `${environment} job: ${name}`,
    expected,
    requests: [
      {
        principal: providerIn(TARGET.account),
        identity: [],
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: role.arn,
        resourcePolicy: role.trust,
        context: contextOf({ ...right, ...claims }),
        ...request,
      },
    ],
  });
  const refused = (name: string, claims: Claims, request: Partial<SimulatedRequest> = {}): Decision =>
    assume(name, 'denied', claims, request);
  const fork = { repository_id: '555555' };
  const branch = 'repo:acme@123456/recordings@789012:ref:refs/heads/main';
  return [
    assume('a job of a newer repository', 'allowed', {}),
    assume('a job of an older repository', 'allowed', { sub: legacy(environment) }),

    refused('a fork', { ...fork, sub: `repo:mallory@654321/recordings@555555:environment:${environment}` }),
    refused('a fork with the subject of ours', fork),
    refused('a new owner of the name', { ...fork, sub: legacy(environment) }),
    refused('another repository of the owner', {
      repository_id: '555555',
      sub: `repo:acme@123456/website@555555:environment:${environment}`,
    }),
    refused('the number of our repository with the subject of another', {
      sub: `repo:acme@123456/website@555555:environment:${environment}`,
    }),
    refused('the name of our repository with the number of another in the subject', {
      sub: `repo:acme@123456/recordings@555555:environment:${environment}`,
    }),
    refused('the name of our repository with another owner in the subject', {
      sub: `repo:acme@654321/recordings@789012:environment:${environment}`,
    }),
    refused('a repository whose name begins like ours', {
      sub: `repo:acme/recordings-2:environment:${environment}`,
    }),

    refused('a pull request', {
      sub: 'repo:acme@123456/recordings@789012:pull_request',
      environment: undefined,
    }),
    refused('a pull request of an older repository', {
      sub: 'repo:acme/recordings:pull_request',
      environment: undefined,
    }),
    refused('a push to the main branch', { sub: branch, environment: undefined }),
    refused('a push to a branch named like the environment', {
      sub: `repo:acme/recordings:ref:refs/heads/${environment}`,
      environment: undefined,
    }),
    refused('a push with the environment', { sub: branch }),
    refused('another environment', { sub: immutable(other), environment: other }),
    refused('another environment in the subject', { sub: immutable(other) }),
    refused('another environment in the claim', { environment: other }),
    refused('the environment in capitals', { environment: environment.toUpperCase() }),
    refused('an environment whose name begins like ours', {
      sub: immutable(`${environment}-2`),
      environment: `${environment}-2`,
    }),
    refused('the subject in capitals', { sub: legacy(environment).toUpperCase() }),
    refused('a subject with more behind it', { sub: `${immutable(environment)}:x` }),

    ...(['aud', 'sub', 'repository_id', 'environment'] as const).flatMap((claim) => [
      refused(`without ${claim}`, { [claim]: undefined }),
      refused(`with an empty ${claim}`, { [claim]: '' }),
    ]),
    refused('without any claim', {}, { context: {} }),
    refused('another audience', { aud: 'https://github.com/acme' }),
    refused('the audience in capitals', { aud: 'STS.amazonaws.com' }),

    refused('another issuer', {}, { principal: providerIn(TARGET.account, 'gitlab.com') }),
    refused("another account's provider", {}, { principal: providerIn(OTHER_ACCOUNT) }),
    refused('an anonymous caller', {}, ANONYMOUS),
    refused('our administrator, without a token', {}, administratorOf(TARGET.account)),
    refused(
      'our administrator by sts:AssumeRole',
      {},
      { ...administratorOf(TARGET.account), action: 'sts:AssumeRole', context: {} },
    ),
    refused(
      'another account by sts:AssumeRole',
      {},
      {
        ...administratorOf(OTHER_ACCOUNT),
        action: 'sts:AssumeRole',
        context: {},
      },
    ),
    ...['sts:TagSession', 'sts:SetSourceIdentity'].map((action) =>
      refused(`by ${action}`, {}, { action, context: {} }),
    ),
  ];
}
