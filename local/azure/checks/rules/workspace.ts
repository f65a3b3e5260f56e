import { within } from '../place';
import { exactly, optional, wholeNumber } from '../predicates';
import { demand } from '../problem';
import { locationProblems, type Rule } from './rule';

/**
 * The workspace that keeps logs. Bounds of retention are those of the price tier PerGB2018, an assumption for others.
 * Shared keys: Azure/bicep-types-az#1650, read 2026-11-22.
 */
export const workspaceProblems: Rule = (workspace) => [
  ...locationProblems(workspace),
  ...demand(within(workspace, 'retentionInDays'), optional(wholeNumber(30, 730)), {
    wrong: 'is not a whole number of days from 30 to 730',
    why: 'Azure refuses the workspace',
    fix: 'Give 30, which costs nothing more',
  }),
  ...demand(within(workspace, 'features', 'disableLocalAuth'), exactly(true), {
    wrong: 'leaves the shared keys working',
    why: 'Whoever has such a key can write logs without any identity',
    fix: 'Set it to true; diagnostic settings need no key',
  }),
];
