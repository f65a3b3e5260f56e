/** A request to a condition: may this role be assigned or removed? */
export interface RightChange {
  readonly action: 'delete' | 'write';
  /** Id of the role's definition. */
  readonly role: string;
  readonly principalType: 'Group' | 'ServicePrincipal' | 'User';
}

const CLAUSE = new RegExp(
  String.raw`^\(\(!\(ActionMatches\{'Microsoft\.Authorization/roleAssignments/(?<action>\w+)'\}\)\) OR ` +
    String.raw`\(@(?<source>\w+)\[Microsoft\.Authorization/roleAssignments:RoleDefinitionId\] ` +
    String.raw`ForAnyOfAnyValues:GuidEquals \{(?<roles>[^}]*)\} AND ` +
    String.raw`@\k<source>\[Microsoft\.Authorization/roleAssignments:PrincipalType\] ` +
    String.raw`ForAnyOfAnyValues:StringEqualsIgnoreCase \{(?<types>[^}]*)\}\)\)$`,
);

/** The source of an action's attributes in Azure; the other source has none. */
const SOURCES = { write: 'Request', delete: 'Resource' } as const;

const listed = (text = ''): string[] => text.split(',').map((item) => item.trim().replaceAll("'", ''));

/**
 * Evaluates a condition as Azure does (learn.microsoft.com/azure/role-based-access-control/conditions-format,
 * read 2026-11-25), only for the form that we use.
 * @throws for any other
 */
export function allows(condition: string, { action, role, principalType }: RightChange): boolean {
  return condition.split(' AND (').every((part, index) => {
    const clause = CLAUSE.exec(index === 0 ? part : `(${part}`)?.groups;
    if (clause === undefined) throw new Error(`Not a clause of a condition of ours: ${part}`);
    if (clause['action'] !== action) return true;
    return (
      clause['source'] === SOURCES[action] &&
      listed(clause['roles']).includes(role) &&
      listed(clause['types']).includes(principalType)
    );
  });
}
