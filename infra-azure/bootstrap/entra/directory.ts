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

/** A role of an application. */
export type AppRole = z.output<typeof APP_ROLE>;

/** An app registration. @see https://learn.microsoft.com/graph/api/resources/application (read 2026-11-28) */
export type Application = z.output<typeof APPLICATION>;

/** An application or a managed identity as its tenant knows it. */
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
 * The program with this object id.
 * @param option the one that named it
 * @throws ProblemsError when the tenant has none
 */
export async function readProgram(graph: Graph, option: string, objectId: string): Promise<ServicePrincipal> {
  const found = await graph.read(`/servicePrincipals/${objectId}`);
  if (found !== undefined) return SERVICE_PRINCIPAL.parse(found);
  throw new ProblemsError([
    problem({
      name: option,
      wrong: 'is no object id of an identity or application in this tenant',
      got: objectId,
      why: 'Only those can have the role. A client id is another id.',
      fix: 'Take `pulumi stack output appPrincipalId`, or of an application `az ad sp show --id <client id> --query id`.',
    }),
  ]);
}

/** Ids of the roles of one application that a program has. */
export const rolesGivenTo = async (
  graph: Graph,
  program: ServicePrincipal,
  resource: ServicePrincipal,
): Promise<readonly string[]> =>
  list(z.object({ appRoleId: z.string() }))
    .parse(
      await graph.read(`/servicePrincipals/${program.id}/appRoleAssignments`, `resourceId eq ${resource.id}`),
    )
    .value.map(({ appRoleId }) => appRoleId);
