import type { AzureCiIdentitySettings } from './ci-identity-settings';

/** Issuer of the tokens of jobs with `id-token: write` on github.com. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Audience that `azure/login` requests. */
export const GITHUB_AUDIENCE = 'api://AzureADTokenExchange';

/** The subject of a job's token, in GitHub's two forms. */
export interface GithubSubjects {
  /** For repositories older than 15 July 2026 that were neither renamed nor transferred since. */
  readonly byName: string;
  /** For all other repositories. */
  readonly byId: string;
}

/**
 * Subjects of the jobs of one repository in one GitHub environment. Azure compares only the subject, exactly. A job outside
 * the GitHub environment has another subject, whatever its workflow says. A new repository under an abandoned name has
 * another subject too.
 *
 * @see https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens (read 2026-11-22)
 * @see https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects (read 2026-11-22)
 */
export function githubSubjects(
  settings: Pick<AzureCiIdentitySettings, 'githubOwnerId' | 'githubRepository' | 'githubRepositoryId'>,
  environment: string,
): GithubSubjects {
  const { githubOwnerId, githubRepository, githubRepositoryId } = settings;
  const [owner, name] = githubRepository.split('/');
  return {
    byName: `repo:${githubRepository}:environment:${environment}`,
    byId: `repo:${owner}@${githubOwnerId}/${name}@${githubRepositoryId}:environment:${environment}`,
  };
}
