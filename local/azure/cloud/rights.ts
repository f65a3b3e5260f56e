import type { PlainObject } from '../wire';
import { textOf } from './addresses';

/** Azure's built-in roles by id. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-22) */
export const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
export const KEY_VAULT_SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';

/** Whether a principal was assigned a role on a resource, or on what the resource is in. */
export const hasRight = (
  assignments: readonly PlainObject[],
  right: { readonly principalId: string; readonly role: string; readonly on: string },
): boolean =>
  assignments.some(
    (assignment) =>
      textOf(assignment, 'principalId') === right.principalId &&
      textOf(assignment, 'roleDefinitionId').endsWith(`/${right.role}`) &&
      `${right.on}/`.startsWith(`${textOf(assignment, 'scope')}/`),
  );
