import { isDecided, items, within, type Place } from '../place';
import { isFilled, wholeNumber } from '../predicates';
import { demand, problem, type Problem, type Words } from '../problem';
import { minutes } from './durations';
import type { Rule } from './rule';

/** An action that leads nowhere. An alert without any is Azure's to allow: it shows in the portal. */
export const TELLS_NOBODY: Words = {
  wrong: 'tells nobody',
  why: 'Azure refuses an action without a group',
  fix: 'Give the id of an action group',
};

export const NO_CONDITION: Words = {
  wrong: 'names no condition',
  why: 'Azure refuses the alert',
  fix: 'Give at least one',
};

/** A list that must not be empty; where its items are texts, they must not be either. */
export function filledListProblems(list: Place, words: Words): Problem[] {
  return [
    ...demand(list, (value) => Array.isArray(value) && value.length > 0, words),
    ...items(list).flatMap((item) => (typeof item.value === 'string' ? demand(item, isFilled, words) : [])),
  ];
}

/** What alerts on metrics and alerts on queries have in common. */
export const alertProblems: Rule = (alert) => {
  const [frequency, window] = [within(alert, 'evaluationFrequency'), within(alert, 'windowSize')];
  const [every, over] = [minutes(frequency), minutes(window)];
  return [
    ...demand(within(alert, 'severity'), wholeNumber(0, 4), {
      wrong: 'is no severity',
      why: 'Azure refuses the alert',
      fix: 'Give 0 (critical) to 4 (verbose)',
    }),
    ...filledListProblems(within(alert, 'scopes'), {
      wrong: 'watches nothing',
      why: 'Azure refuses the alert',
      fix: 'Give the id of what is watched',
    }),
    ...(isDecided(frequency, window) && every !== undefined && over !== undefined && every > over
      ? [
          problem(frequency, {
            wrong: `is longer than windowSize (${over} minutes)`,
            why: 'What happens between two looks would never be seen',
            fix: 'Look at least as often as the window is long',
          }),
        ]
      : []),
  ];
};
