import { randomUUID } from 'node:crypto';
import { problem, ProblemsError } from '../../../contract/problem';
import { assignedRoles, type Application, type AppRole, type ServicePrincipal } from './directory';
import type { ChangeContext } from './change-context';

/** An app role that an application must have. */
export interface RequiredRole {
  /** The value in tokens. */
  readonly value: string;
  readonly member: 'Application' | 'User';
  readonly description: string;
}

/** Request body of a new app role. */
export const newRole = ({ value, member, description }: RequiredRole): AppRole => ({
  id: randomUUID(),
  value,
  displayName: value,
  description,
  isEnabled: true,
  allowedMemberTypes: [member],
});

export const roleNamed = (app: Application | undefined, name: string): AppRole | undefined =>
  app?.appRoles.find(({ value }) => value === name);

/**
 * Adds missing roles to an application.
 * @throws ProblemsError for an existing role that cannot be assigned: Entra does not allow changes to an enabled role
 */
export async function addRoles(
  { graph, change }: ChangeContext,
  app: Application,
  required: readonly RequiredRole[],
): Promise<Application> {
  const unusable = required.filter(({ value, member }) => {
    const role = roleNamed(app, value);
    return role !== undefined && !(role.isEnabled && role.allowedMemberTypes.includes(member));
  });
  if (unusable.length > 0) throw new ProblemsError(unusable.map((role) => unusableRole(app, role)));
  const added = required.filter(({ value }) => roleNamed(app, value) === undefined).map(newRole);
  if (added.length === 0) return app;
  // The whole list, because Graph deletes roles that are not in it.
  const appRoles = [...app.appRoles, ...added];
  await change(`app role ${added.map(({ value }) => value).join(', ')} of ${app.displayName}`, () =>
    graph.update(`/applications/${app.id}`, { appRoles }),
  );
  return { ...app, appRoles };
}

const unusableRole = ({ displayName }: Application, { value, member }: RequiredRole): string =>
  problem({
    name: `app role ${value}`,
    wrong: `is disabled, or not for ${member === 'User' ? 'people' : 'applications'}`,
    got: `the role of ${displayName}`,
    why: 'No token would contain it.',
    fix: 'In Entra, under App registrations › App roles, disable and delete it. Then run this again.',
  });

export interface Assignment {
  readonly principal: ServicePrincipal;
  /** Undefined in a dry run that would create it. */
  readonly resource: ServicePrincipal | undefined;
  readonly role: AppRole | undefined;
}

/** Assigns the role unless it is already assigned. */
export async function assignRole(
  { graph, change }: ChangeContext,
  { principal, resource, role }: Assignment,
): Promise<void> {
  const assigned = resource === undefined ? [] : await assignedRoles(graph, principal, resource);
  if (role !== undefined && assigned.includes(role.id)) return;
  await change(`assignment to ${principal.displayName} (${principal.id})`, () =>
    graph.create(`/servicePrincipals/${resource?.id}/appRoleAssignedTo`, {
      principalId: principal.id,
      resourceId: resource?.id,
      appRoleId: role?.id,
    }),
  );
}
