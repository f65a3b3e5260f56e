import { within } from '../place';
import { exactly, optional } from '../predicates';
import { demand } from '../problem';
import { locationProblems, type Rule } from './rule';

/**
 * The registry of images: only identities get in. That Azure leaves both switches off where nothing is said is an
 * assumption.
 */
export const registryProblems: Rule = (registry) => [
  ...locationProblems(registry),
  ...demand(within(registry, 'adminUserEnabled'), optional(exactly(false)), {
    wrong: 'makes a user with a password',
    why: 'Whoever has the password can push an image that then runs with our roles',
    fix: 'Set it to false; identities pull with AcrPull',
  }),
  ...demand(within(registry, 'anonymousPullEnabled'), optional(exactly(false)), {
    wrong: 'lets everybody pull',
    why: 'The image would be public',
    fix: 'Set it to false',
  }),
];
