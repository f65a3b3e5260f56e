import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AwsCiIdentitySettings } from './ci-identity-settings';

/** Issuer of the tokens of jobs with `id-token: write` on github.com. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';

/** Audience that `aws-actions/configure-aws-credentials` requests. */
export const GITHUB_AUDIENCE = 'sts.amazonaws.com';

export interface GithubRoleProps {
  readonly providerArn: string;
  readonly settings: AwsCiIdentitySettings;
  /** GitHub environment of the job. */
  readonly environment: string;
  /** ARNs of the roles that it may assume; it has no other rights. */
  readonly mayAssume: readonly string[];
}

/**
 * Role of a GitHub job of one repository in one GitHub environment. Sessions last an hour and may only assume other roles.
 *
 * Four claims must be present and equal. `repository_id` survives renames and cannot be taken over. `environment` enforces
 * GitHub's protection rules. AWS requires `sub`; repositories created since 15 July 2026 have another form of it, so both
 * forms are listed. A missing claim matches nothing: no `IfExists`, no `ForAllValues`, no pattern.
 *
 * @see https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens (read 2026-11-22)
 * @see https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/ (read 2026-11-22)
 */
export class GithubRole extends iam.Role {
  constructor(scope: Construct, id: string, props: GithubRoleProps) {
    const { providerArn, settings, environment, mayAssume } = props;
    super(scope, id, {
      assumedBy: new iam.WebIdentityPrincipal(providerArn, {
        StringEquals: {
          [`${GITHUB_ISSUER}:aud`]: GITHUB_AUDIENCE,
          [`${GITHUB_ISSUER}:environment`]: environment,
          [`${GITHUB_ISSUER}:repository_id`]: settings.githubRepositoryId,
          [`${GITHUB_ISSUER}:sub`]: subjects(settings, environment),
        },
      }),
      maxSessionDuration: Duration.hours(1),
      // Inline: the policy is for this role only.
      inlinePolicies: {
        Assume: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'BecomeBootstrapRoles',
              actions: ['sts:AssumeRole'],
              resources: [...mayAssume],
            }),
          ],
        }),
      },
    });
  }
}

function subjects(settings: AwsCiIdentitySettings, environment: string): string[] {
  const { githubRepository, githubOwnerId, githubRepositoryId } = settings;
  const [owner, name] = githubRepository.split('/');
  return [
    `repo:${githubRepository}:environment:${environment}`,
    `repo:${owner}@${githubOwnerId}/${name}@${githubRepositoryId}:environment:${environment}`,
  ];
}
