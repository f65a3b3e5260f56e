import * as z from 'zod';
import { problem, ProblemsError } from '../../../contract/problem';
import type { Graph } from './graph';

const APP_ROLE = z.looseObject({
  id: z.string(),
  value: z.string().nullable(),
  isEnabled: z.boolean(),
  allowedMemberTypes: z.array(z.string()),
});
const APPLICATION = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  identifierUris: z.array(z.string()),
  api: z.object({ requestedAccessTokenVersion: z.number().nullish() }).nullish(),
  appRoles: z.array(APP_ROLE),
});
const SERVICE_PRINCIPAL = z.object({
  id: z.string(),
  displayName: z.string(),
  servicePrincipalType: z.string(),
  appRoleAssignmentRequired: z.boolean(),
});

export type AppRole = z.output<typeof APP_ROLE>;

/** An app registration. @see https://learn.microsoft.com/graph/api/resources/application (read 2026-11-28) */
export type Application = z.output<typeof APPLICATION>;

/** An application or managed identity in a tenant. */
export type ServicePrincipal = z.output<typeof SERVICE_PRINCIPAL>;

const list = <T extends z.ZodType>(item: T) => z.object({ value: z.array(item) });

/** All app registrations with this value. */
export const findApplications = async (
  graph: Graph,
  property: 'appId' | 'displayName',
  value: string,
): Promise<readonly Application[]> =>
  list(APPLICATION).parse(await graph.read('/applications', `${property} eq '${value}'`)).value;

export const createApplication = async (graph: Graph, body: object): Promise<Application> =>
  APPLICATION.parse(await graph.create('/applications', body));

export const findServicePrincipal = async (
  graph: Graph,
  appId: string,
): Promise<ServicePrincipal | undefined> =>
  list(SERVICE_PRINCIPAL).parse(await graph.read('/servicePrincipals', `appId eq '${appId}'`)).value[0];

export const createServicePrincipal = async (graph: Graph, body: object): Promise<ServicePrincipal> =>
  SERVICE_PRINCIPAL.parse(await graph.create('/servicePrincipals', body));

/**
 * The application or managed identity with this object id.
 * @param option the command line option with the id
 * @throws ProblemsError if the tenant has none
 */
export async function readPrincipal(
  graph: Graph,
  option: string,
  objectId: string,
): Promise<ServicePrincipal> {
  const found = await graph.read(`/servicePrincipals/${objectId}`);
  if (found !== undefined) return SERVICE_PRINCIPAL.parse(found);
  throw new ProblemsError([
    problem({
      name: option,
      wrong: 'is not the object id of an identity or application in this tenant',
      got: objectId,
      why: 'Only these can have the role. A client id is not an object id.',
      fix: 'Use `pulumi stack output appPrincipalId`, or for an application `az ad sp show --id <client id> --query id`.',
    }),
  ]);
}

/** Ids of the resource's app roles that are assigned to the principal. */
export const assignedRoles = async (
  graph: Graph,
  principal: ServicePrincipal,
  resource: ServicePrincipal,
): Promise<readonly string[]> =>
  list(z.object({ appRoleId: z.string() }))
    .parse(
      await graph.read(
        `/servicePrincipals/${principal.id}/appRoleAssignments`,
        `resourceId eq ${resource.id}`,
      ),
    )
    .value.map(({ appRoleId }) => appRoleId);
