import type { TrustSettings } from './trust-settings';

/** Issuer of the tokens that GitHub gives to a job with `id-token: write`, on github.com. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Audience that `azure/login` asks for. */
export const GITHUB_AUDIENCE = 'api://AzureADTokenExchange';

/** The subject of a job's token, in the two forms that GitHub issues. */
export interface GithubSubjects {
  /** Of repositories that are older than 15 July 2026 and were neither renamed nor transferred since. */
  readonly byName: string;
  /** Of all others. */
  readonly byId: string;
}

/**
 * Subjects of the jobs of one repository in one GitHub environment. Azure compares nothing but the subject, letter by
 * letter: neither a branch nor a pull request has one of these, whatever its workflow says. Whoever takes a name that was
 * given up makes a new repository, and that has another subject.
 *
 * @see https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens (read 2026-11-22)
 * @see https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects (read 2026-11-22)
 */
export function githubSubjects(
  settings: Pick<TrustSettings, 'githubOwnerId' | 'githubRepository' | 'githubRepositoryId'>,
  environment: string,
): GithubSubjects {
  const { githubOwnerId, githubRepository, githubRepositoryId } = settings;
  const [owner, name] = githubRepository.split('/');
  return {
    byName: `repo:${githubRepository}:environment:${environment}`,
    byId: `repo:${owner}@${githubOwnerId}/${name}@${githubRepositoryId}:environment:${environment}`,
  };
}
