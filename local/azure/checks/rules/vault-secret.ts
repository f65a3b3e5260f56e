import { within } from '../place';
import { isFilled, matches, optional } from '../predicates';
import { demand } from '../problem';
import type { Rule } from './rule';

/**
 * A secret in the Key Vault. Its value is never shown, not even in part. The name's form is that of Azure's
 * definitions,
 * restated because TAVUS_API_KEY is a likely mistake and the definitions are not always at hand.
 */
export const vaultSecretProblems: Rule = (secret) => [
  ...demand(within(secret, 'secretName'), optional(matches(/^[A-Za-z0-9-]{1,127}$/)), {
    wrong: 'is no name for a secret in a Key Vault',
    why: 'Azure allows letters, digits and hyphens',
    fix: 'Write TAVUS_API_KEY as tavus-api-key',
  }),
  ...demand(within(secret, 'properties', 'value'), isFilled, {
    wrong: 'is no secret',
    why: 'The app would start with an empty value, or not at all',
    fix: 'Set it with `pulumi config set --secret`',
  }),
];
