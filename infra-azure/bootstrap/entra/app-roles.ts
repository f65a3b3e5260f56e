import { randomUUID } from 'node:crypto';
import { problem, ProblemsError } from '../../../contract/problem';
import { rolesGivenTo, type Application, type AppRole, type ServicePrincipal } from './directory';
import type { Work } from './work';

/** A role that an application is to have. */
export interface WantedRole {
  /** As it stands in tokens. */
  readonly value: string;
  readonly member: 'Application' | 'User';
  readonly description: string;
}

/** A new role as Graph takes it. */
export const newRole = ({ value, member, description }: WantedRole): AppRole => ({
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
 * Adds the roles that an application lacks.
 * @throws ProblemsError for a role of that name that cannot be given: Entra takes no change of it while it is enabled
 */
export async function addRoles(
  { graph, change }: Work,
  app: Application,
  wanted: readonly WantedRole[],
): Promise<Application> {
  const unusable = wanted.filter(({ value, member }) => {
    const role = roleNamed(app, value);
    return role !== undefined && !(role.isEnabled && role.allowedMemberTypes.includes(member));
  });
  if (unusable.length > 0) throw new ProblemsError(unusable.map((role) => unusableRole(app, role)));
  const added = wanted.filter(({ value }) => roleNamed(app, value) === undefined).map(newRole);
  if (added.length === 0) return app;
  // Graph takes the whole list: what is missing in it would be deleted.
  const appRoles = [...app.appRoles, ...added];
  await change(`app role ${added.map(({ value }) => value).join(', ')} of ${app.displayName}`, () =>
    graph.update(`/applications/${app.id}`, { appRoles }),
  );
  return { ...app, appRoles };
}

const unusableRole = ({ displayName }: Application, { value, member }: WantedRole): string =>
  problem({
    name: `app role ${value}`,
    wrong: `is disabled, or not for ${member === 'User' ? 'people' : 'applications'}`,
    got: `it in ${displayName}`,
    why: 'No token would hold it.',
    fix: 'In Entra, under App registrations › App roles, disable and delete it. Then run this again.',
  });

export interface Assignment {
  readonly program: ServicePrincipal;
  /** Undefined in a dry run that would make it. */
  readonly resource: ServicePrincipal | undefined;
  readonly role: AppRole | undefined;
}

/** Gives a role to a program that does not have it. */
export async function assignRole(
  { graph, change }: Work,
  { program, resource, role }: Assignment,
): Promise<void> {
  const given = resource === undefined ? [] : await rolesGivenTo(graph, program, resource);
  if (role !== undefined && given.includes(role.id)) return;
  await change(`assignment to ${program.displayName} (${program.id})`, () =>
    graph.create(`/servicePrincipals/${resource?.id}/appRoleAssignedTo`, {
      principalId: program.id,
      resourceId: resource?.id,
      appRoleId: role?.id,
    }),
  );
}
