/**
 * Ids of the Azure built-in roles that the program assigns. CI may assign only these: after adding one, a person must deploy
 * the CI identity (`bootstrap/`) again.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-22)
 */
export const ASSIGNED_ROLES = {
  /** Only pulls images. */
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  /** Only reads secret values. */
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  /** Only reads and writes the rows of tables. */
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
} as const;

export type AssignedRole = keyof typeof ASSIGNED_ROLES;

/** The resource id of a built-in role in a subscription. */
export const roleDefinitionId =
  (role: string) =>
  (subscriptionId: string): string =>
    `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;

/** {@link roleDefinitionId} of a role that the program assigns. */
export const roleId = (role: AssignedRole): ((subscriptionId: string) => string) =>
  roleDefinitionId(ASSIGNED_ROLES[role]);
