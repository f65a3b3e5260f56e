import { githubSubjects } from '../../../infra-azure/bootstrap/github-subjects';
import { CONFIG, deployed, ofType } from './samples';

/** Who may use which identity: `identity <- issuer, audiences, subject`. */
const trusted = async (values: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  ofType(await deployed(values), 'managedidentity:FederatedIdentityCredential').map(
    ({ inputs: { resourceName, issuer, audiences, subject } }) =>
      `${String(resourceName)} <- ${String(issuer)}, ${JSON.stringify(audiences)}, ${String(subject)}`,
  );

const GITHUB = 'https://token.actions.githubusercontent.com, ["api://AzureADTokenExchange"]';

describe('the identity of a GitHub job', () => {
  test('is the deployer only in production, and the checker only in production-check, in both forms of a subject', async () => {
    expect(await trusted()).toEqual([
      `tavus-recordings-prod-check <- ${GITHUB}, repo:acme@123456/talks@789012:environment:production-check`,
      `tavus-recordings-prod-check <- ${GITHUB}, repo:acme/talks:environment:production-check`,
      `tavus-recordings-prod-deploy <- ${GITHUB}, repo:acme@123456/talks@789012:environment:production`,
      `tavus-recordings-prod-deploy <- ${GITHUB}, repo:acme/talks:environment:production`,
    ]);
  });

  test('follows the names of the GitHub environments', async () => {
    const subjects = await trusted({ githubEnvironment: 'live', githubCheckEnvironment: 'look' });
    expect(subjects.map((line) => line.split(':environment:')[1])).toEqual(['look', 'look', 'live', 'live']);
  });

  test('does not exist for a pull request, a branch, a tag or another repository', async () => {
    const subjects = (await trusted()).map((line) => line.slice(line.lastIndexOf(' ') + 1));
    const others = [
      'repo:acme/talks:pull_request',
      'repo:acme/talks:ref:refs/heads/main',
      'repo:acme/talks:ref:refs/tags/v1',
      'repo:acme/talks-2:environment:production',
      'repo:acme@123456/talks@789013:environment:production',
      'repo:acme/talks:environment:staging',
    ];
    expect(others.filter((other) => subjects.includes(other))).toEqual([]);
    // Azure compares exactly; no token has a subject with a pattern.
    expect(subjects.filter((subject) => !/^repo:[\w@/-]+:environment:[\w-]+$/.test(subject))).toEqual([]);
  });

  test('has no password: all principals are managed identities', async () => {
    const { resources } = await deployed();
    const kinds = resources
      .map(({ type }) => type)
      .filter((type) => /identity|application|password/i.test(type));
    expect([...new Set(kinds)].toSorted()).toEqual([
      'azure-native:managedidentity:FederatedIdentityCredential',
      'azure-native:managedidentity:UserAssignedIdentity',
      'tavus-recordings:azure:GithubIdentity',
    ]);
  });

  test('gets one credential after the other, because Azure refuses concurrent writes', async () => {
    const made = ofType(await deployed(), 'managedidentity:FederatedIdentityCredential');
    const waits = made.map(({ name, dependencies }) => [name, dependencies.includes('deploy-by-name')]);
    expect(Object.fromEntries(waits)).toMatchObject({ 'deploy-by-id': true, 'deploy-by-name': false });
  });
});

test('a subject has owner and repository in the spelling that GitHub shows', () => {
  expect(githubSubjects({ ...CONFIG, githubRepository: 'Acme-Inc/My.Talks' }, 'Production')).toEqual({
    byName: 'repo:Acme-Inc/My.Talks:environment:Production',
    byId: 'repo:Acme-Inc@123456/My.Talks@789012:environment:Production',
  });
});
