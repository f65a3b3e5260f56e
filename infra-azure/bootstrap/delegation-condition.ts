/**
 * Condition of a role assignment whose holder may assign and take away exactly these roles, and only to identities: no
 * person gets rights by it, and no role in which there are more rights.
 *
 * A request names the role that it assigns, a deletion the one that is there. Both are demanded, or the other would be
 * without a limit.
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
