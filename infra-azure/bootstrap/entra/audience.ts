import { problem, ProblemsError } from '../../../contract/problem';
import { addRoles, assignRole, newRole, roleNamed, type WantedRole } from './app-roles';
import {
  createApplication,
  createServicePrincipal,
  findApplications,
  findServicePrincipal,
  readProgram,
  type Application,
  type ServicePrincipal,
} from './directory';
import type { Graph } from './graph';
import type { Work } from './work';

const ROLE: WantedRole = {
  value: 'Recordings.Bucket.Read',
  member: 'Application',
  description: 'Gets tokens with which AWS lets the backend read the recordings.',
};

/** One for all environments in an AWS account: they differ by their identities, which AWS compares. */
const nameFor = (awsAccount: string): string => `tavus-recordings-aws-${awsAccount}`;

export interface AudienceOptions {
  readonly awsAccount: string;
  /** Object id of a backend's managed identity. */
  readonly principalId: string;
}

/**
 * Makes the application that a backend's tokens for AWS are for: it has no secret and signs nobody in. Of it only this
 * matters: its URI, that its tokens have version 1, and that Entra issues them to assigned identities alone.
 *
 * @returns the audience
 */
export async function audienceApplication(
  work: Work,
  { awsAccount, principalId }: AudienceOptions,
): Promise<string> {
  const identity = await readIdentity(work.graph, principalId);
  const app = await application(work, nameFor(awsAccount));
  const resource = await lockedServicePrincipal(work, app);
  await assignRole(work, { program: identity, resource, role: roleNamed(app, ROLE.value) });
  return uriOf(app);
}

const uriOf = (app: Application | undefined): string => `api://${app?.appId ?? '<application id>'}`;

async function readIdentity(graph: Graph, principalId: string): Promise<ServicePrincipal> {
  const identity = await readProgram(graph, '--principal-id', principalId);
  if (identity.servicePrincipalType === 'ManagedIdentity') return identity;
  throw new ProblemsError([
    problem({
      name: '--principal-id',
      wrong: 'is not a managed identity',
      got: `${identity.displayName}, which Entra calls ${identity.servicePrincipalType}`,
      why: 'AWS would let another program than the backend read the recordings.',
      fix: 'Take `pulumi stack output appPrincipalId`.',
    }),
  ]);
}

async function application(work: Work, name: string): Promise<Application | undefined> {
  const { graph, change } = work;
  const found = await onlyApplication(graph, name);
  const app =
    found ??
    (await change(`application ${name}`, () =>
      createApplication(graph, {
        displayName: name,
        signInAudience: 'AzureADMyOrg',
        api: { requestedAccessTokenVersion: 1 },
        appRoles: [newRole(ROLE)],
      }),
    ));
  // AWS refuses a managed identity's v2 token (github.com/aws/aws-sdk-net/issues/3071, read 2026-11-22). None means 1.
  if ((app?.api?.requestedAccessTokenVersion ?? 1) !== 1) {
    await change(`token version 1 of ${name}`, () =>
      graph.update(`/applications/${app?.id}`, { api: { requestedAccessTokenVersion: 1 } }),
    );
  }
  if (app?.identifierUris.includes(uriOf(app)) !== true) {
    await change(`URI of ${name}`, () =>
      graph.update(`/applications/${app?.id}`, {
        identifierUris: [...(app?.identifierUris ?? []), uriOf(app)],
      }),
    );
  }
  return app === undefined ? undefined : addRoles(work, app, [ROLE]);
}

/** @throws ProblemsError when several have the name: Entra allows that */
async function onlyApplication(graph: Graph, name: string): Promise<Application | undefined> {
  const [found, ...others] = await findApplications(graph, 'displayName', name);
  if (others.length === 0) return found;
  throw new ProblemsError([
    problem({
      name: 'application',
      wrong: 'is there more than once',
      got: `${others.length + 1} called ${name}`,
      why: 'Which of them AWS trusts cannot be seen here.',
      fix: 'Delete or rename those that cdk.json does not name as audience: `az ad app list --display-name`.',
    }),
  ]);
}

/** Without the requirement everybody in the tenant could get such a token; AWS would still compare whose it is. */
async function lockedServicePrincipal(
  { graph, change }: Work,
  app: Application | undefined,
): Promise<ServicePrincipal | undefined> {
  const found = app === undefined ? undefined : await findServicePrincipal(graph, app.appId);
  if (found === undefined) {
    return change('service principal, assignment required', () =>
      createServicePrincipal(graph, { appId: app?.appId, appRoleAssignmentRequired: true }),
    );
  }
  if (!found.appRoleAssignmentRequired) {
    await change(`assignment required by ${found.displayName}`, () =>
      graph.update(`/servicePrincipals/${found.id}`, { appRoleAssignmentRequired: true }),
    );
  }
  return found;
}
