import { problem, ProblemsError } from '../../../contract/problem';
import { addRoles, assignRole, newRole, roleNamed, type RequiredRole } from './app-roles';
import {
  createApplication,
  createServicePrincipal,
  findApplications,
  findServicePrincipal,
  readPrincipal,
  type Application,
  type ServicePrincipal,
} from './directory';
import type { Graph } from './graph';
import type { ChangeContext } from './change-context';

const ROLE: RequiredRole = {
  value: 'Recordings.Bucket.Read',
  member: 'Application',
  description: 'Gets tokens with which AWS lets the backend read the recordings.',
};

/** One application for all environments of an AWS account: AWS tells them apart by their identities. */
const nameFor = (awsAccount: string): string => `tavus-recordings-aws-${awsAccount}`;

export interface AudienceOptions {
  readonly awsAccount: string;
  /** Object id of a backend's managed identity. */
  readonly principalId: string;
}

/**
 * Creates or updates the application that is the audience of a backend's tokens for AWS. It has no secret, and people do not
 * sign in to it. It has a URI, tokens of version 1, and Entra issues tokens only to assigned identities.
 *
 * @returns the audience
 */
export async function audienceApplication(
  context: ChangeContext,
  { awsAccount, principalId }: AudienceOptions,
): Promise<string> {
  const identity = await readIdentity(context.graph, principalId);
  const app = await application(context, nameFor(awsAccount));
  const resource = await lockedServicePrincipal(context, app);
  await assignRole(context, { principal: identity, resource, role: roleNamed(app, ROLE.value) });
  return uriOf(app);
}

const uriOf = (app: Application | undefined): string => `api://${app?.appId ?? '<application id>'}`;

async function readIdentity(graph: Graph, principalId: string): Promise<ServicePrincipal> {
  const identity = await readPrincipal(graph, '--principal-id', principalId);
  if (identity.servicePrincipalType === 'ManagedIdentity') return identity;
  throw new ProblemsError([
    problem({
      name: '--principal-id',
      wrong: 'is not a managed identity',
      got: `${identity.displayName} of type ${identity.servicePrincipalType}`,
      why: 'AWS would let the wrong program read the recordings.',
      fix: 'Use the value of `pulumi stack output appPrincipalId`.',
    }),
  ]);
}

async function application(context: ChangeContext, name: string): Promise<Application | undefined> {
  const { graph, change } = context;
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
  // AWS refuses a managed identity's v2 token (github.com/aws/aws-sdk-net/issues/3071, read 2026-11-22). No value means 1.
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
  return app === undefined ? undefined : addRoles(context, app, [ROLE]);
}

/** @throws ProblemsError if several have this name, which Entra allows */
async function onlyApplication(graph: Graph, name: string): Promise<Application | undefined> {
  const [found, ...others] = await findApplications(graph, 'displayName', name);
  if (others.length === 0) return found;
  throw new ProblemsError([
    problem({
      name: 'application',
      wrong: 'exists more than once',
      got: `${others.length + 1} with the name ${name}`,
      why: 'It is not known which of them AWS trusts.',
      fix: 'Find them with `az ad app list --display-name`. Delete or rename those that cdk.json does not have as audience.',
    }),
  ]);
}

/** Requires assignment. Otherwise every identity of the tenant could get such a token; AWS would still check `sub`. */
async function lockedServicePrincipal(
  { graph, change }: ChangeContext,
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
