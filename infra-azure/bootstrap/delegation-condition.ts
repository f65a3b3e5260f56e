/**
 * Condition for a role assignment. Its holder may assign and remove only these roles, and only for service principals, so no
 * person gets rights and no stronger role is assigned.
 *
 * A write is checked against the role in the request, a deletion against the role of the assignment. Both conditions are
 * needed; each alone would leave the other action unlimited.
 *
 * @param roles ids of role definitions
 * @see https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples (read 2026-11-25)
 */
export function mayAssignOnly(roles: readonly string[]): string {
  const within = (action: 'delete' | 'write', source: 'Request' | 'Resource'): string => {
    const attribute = (name: string): string => `@${source}[Microsoft.Authorization/roleAssignments:${name}]`;
    return (
      `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR ` +
      `(${attribute('RoleDefinitionId')} ForAnyOfAnyValues:GuidEquals {${roles.join(', ')}} AND ` +
      `${attribute('PrincipalType')} ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))`
    );
  };
  return `${within('write', 'Request')} AND ${within('delete', 'Resource')}`;
}
