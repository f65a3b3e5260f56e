/** Azure's built-in roles by id. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-22) */
const ROLES = {
  /** Pulls images, and nothing else. */
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  /** Reads secret values, and nothing else. */
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
} as const;

export type Role = keyof typeof ROLES;

/** Makes of a subscription's id the resource id of a role in it. */
export const roleId =
  (role: Role) =>
  (subscriptionId: string): string =>
    `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`;
