import { ACR_PULL, KEY_VAULT_SECRETS_USER } from '../../roles';
import { textAt, within } from '../place';
import { exactly, isFilled, matches, optional } from '../predicates';
import { demand } from '../problem';
import type { Rule } from './rule';

const GUID = '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}';
const ROLE = new RegExp(`/providers/Microsoft\\.Authorization/roleDefinitions/(?<role>${GUID})$`, 'i');

/** What each of our roles is given on; anything wider gives more than the app needs. */
const SCOPES: Readonly<Record<string, { readonly role: string; readonly scope: RegExp }>> = {
  [ACR_PULL]: {
    role: 'AcrPull',
    scope: /\/providers\/Microsoft\.ContainerRegistry\/registries\/[^/]+$/i,
  },
  [KEY_VAULT_SECRETS_USER]: {
    role: 'Key Vault Secrets User',
    scope: /\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+(?:\/secrets\/[^/]+)?$/i,
  },
};

/**
 * A role for an identity that the same deployment makes. It takes minutes until such an identity is known everywhere,
 * and the type of principal spares Azure the search: microsoft/GitHub-Copilot-for-Azure#1701, read 2026-11-22.
 */
export const roleAssignmentProblems: Rule = (assignment) => {
  const definition = within(assignment, 'roleDefinitionId');
  const id = ROLE.exec(textAt(definition))?.groups?.['role'];
  const known = id === undefined ? undefined : SCOPES[id.toLowerCase()];
  const scope = within(assignment, 'scope');
  return [
    ...demand(scope, known === undefined ? isFilled : matches(known.scope), {
      wrong: known === undefined ? 'does not say on what' : `is not what ${known.role} is given on`,
      why: 'The app could do too little, or much more than it needs',
      fix: 'Give the id of the one registry, vault or secret',
    }),
    ...demand(definition, matches(ROLE), {
      wrong: 'is no id of a role',
      why: 'Azure looks roles up by id, never by name',
      fix: 'Give /subscriptions/<id>/providers/Microsoft.Authorization/roleDefinitions/<role id>',
    }),
    ...demand(within(assignment, 'principalId'), isFilled, {
      wrong: 'does not say to whom',
      why: 'Azure refuses the assignment',
      fix: "Give the identity's principalId",
    }),
    ...demand(within(assignment, 'principalType'), exactly('ServicePrincipal'), {
      wrong: 'does not say ServicePrincipal',
      why: 'Azure would look the new identity up in the directory, where it appears minutes later (PrincipalNotFound)',
      fix: 'Give ServicePrincipal, which is what a managed identity is',
    }),
    ...demand(within(assignment, 'roleAssignmentName'), optional(matches(new RegExp(`^${GUID}$`))), {
      wrong: 'is no GUID',
      why: 'Azure refuses any other name',
      fix: 'Leave it out, the provider makes one',
    }),
  ];
};
