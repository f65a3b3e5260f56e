/** Azure's built-in roles by id. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-22) */
export const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
export const KEY_VAULT_SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';
