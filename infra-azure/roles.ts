/** Azure's built-in roles by id. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-22) */
const ROLES = {
  /** Pulls images, and nothing else. */
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  /** Reads secret values, and nothing else. */
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
} as const;

/** Resource id of a role in a subscription. */
export const roleId = (subscriptionId: string, role: keyof typeof ROLES): string =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`;
