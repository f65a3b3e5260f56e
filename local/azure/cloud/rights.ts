import type { PlainObject } from '../wire';
import { textOf } from './addresses';

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
