import { isMissing, items, within } from '../place';
import { exactly, isFilled, matches, oneOf } from '../predicates';
import { demand } from '../problem';
import type { Rule } from './rule';

/** Assumption until the first deployment: where a tenant of Entra ID issues its tokens. */
const ISSUER = /^https:\/\/login\.microsoftonline\.com\/[^/\s]+\/v2\.0$/;

/**
 * Easy Auth in front of the app. That the name must be `current` is an assumption: the types accept any text, but Azure
 * applies one configuration only. Whether it takes wildcards in excluded paths is unknown, so they are let through.
 * @see https://learn.microsoft.com/javascript/api/@azure/arm-appcontainers/globalvalidation (read 2026-11-22)
 */
export const authConfigProblems: Rule = (config) => {
  const validation = within(config, 'globalValidation');
  const entra = within(config, 'identityProviders', 'azureActiveDirectory');
  const registration = within(entra, 'registration');
  const entraProblems = isMissing(entra)
    ? []
    : [
        ...demand(within(registration, 'clientId'), isFilled, {
          wrong: 'names no app registration',
          why: 'Nobody could log in',
          fix: 'Give its application (client) id',
        }),
        ...demand(within(registration, 'openIdIssuer'), matches(ISSUER), {
          wrong: 'is no issuer of Entra ID',
          why: 'Nobody could log in, or people of any tenant could',
          fix: 'Give https://login.microsoftonline.com/<tenant id>/v2.0',
        }),
      ];
  return [
    ...demand(within(config, 'authConfigName'), exactly('current'), {
      wrong: 'is not the name of an authentication that Azure looks at',
      why: 'It would be stored and never applied: the app would be open',
      fix: 'Give current',
    }),
    ...demand(within(config, 'platform', 'enabled'), exactly(true), {
      wrong: 'does not switch authentication on',
      why: 'Everybody could start conversations, which cost money',
      fix: 'Set it to true, or leave the whole resource out',
    }),
    ...demand(
      within(validation, 'unauthenticatedClientAction'),
      oneOf(['RedirectToLoginPage', 'Return401', 'Return403']),
      {
        wrong: 'lets callers in whom nobody knows',
        why: 'The backend trusts what stands in front of it',
        fix: 'Give Return401 or RedirectToLoginPage',
      },
    ),
    ...items(within(validation, 'excludedPaths')).flatMap((path) =>
      demand(path, matches(/^\/./), {
        wrong: 'is no path that could be left open',
        why: "Tavus's callbacks would be answered 401, or everything would be open",
        fix: 'Begin it with / and name what is below',
      }),
    ),
    ...entraProblems,
  ];
};
