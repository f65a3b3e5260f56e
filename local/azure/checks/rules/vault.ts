import { within } from '../place';
import { exactly, isAbsent, optional, wholeNumber } from '../predicates';
import { demand } from '../problem';
import { locationProblems, type Rule } from './rule';

/**
 * The Key Vault: rights by role, and nothing in it can be lost at once. Without a word about it the provider turns
 * rights
 * by role off, so silence is a mistake here. Purge protection may be left out, but Azure takes no false for it.
 * Source: Azure's type definitions of 2024-11-01 and the provider's defaults, read 2026-11-22.
 */
export const vaultProblems: Rule = (vault) => {
  const properties = within(vault, 'properties');
  const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
  return [
    ...locationProblems(vault),
    ...demand(within(properties, 'enableRbacAuthorization'), exactly(true), {
      wrong: 'leaves rights to access policies',
      why: 'Role assignments would have no effect, and the app could not read its secrets',
      fix: 'Set it to true',
    }),
    ...demand(within(properties, 'accessPolicies'), (list) => isAbsent(list) || isEmptyList(list), {
      wrong: 'lists access policies',
      why: 'With rights by role they have no effect, and come to life when somebody switches back',
      fix: 'Leave them out and assign roles',
    }),
    ...demand(within(properties, 'enableSoftDelete'), optional(exactly(true)), {
      wrong: 'switches soft delete off',
      why: 'Azure refuses it',
      fix: 'Leave it out or set it to true',
    }),
    ...demand(within(properties, 'enablePurgeProtection'), optional(exactly(true)), {
      wrong: 'switches purge protection off',
      why: 'Azure refuses false; and a deleted vault could be purged for good',
      fix: 'Set it to true, or leave it out where a vault must be removable at once',
    }),
    ...demand(within(properties, 'softDeleteRetentionInDays'), optional(wholeNumber(7, 90)), {
      wrong: 'is not a whole number of days from 7 to 90',
      why: 'Azure refuses it, and it can not be changed later',
      fix: 'Give 90',
    }),
  ];
};
