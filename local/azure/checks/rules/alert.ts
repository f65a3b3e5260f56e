import { isDecided, items, within, type Place } from '../place';
import { isFilled, wholeNumber } from '../predicates';
import { demand, problem, type Problem } from '../problem';
import { minutes } from './durations';
import type { Rule } from './rule';

/** A list that must not be empty, of texts that must not be either. */
export function filledListProblems(list: Place, wrong: string, why: string, fix: string): Problem[] {
  return [
    ...demand(list, (value) => Array.isArray(value) && value.length > 0, { wrong, why, fix }),
    ...items(list).flatMap((item) =>
      typeof item.value === 'string' ? demand(item, isFilled, { wrong, why, fix }) : [],
    ),
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
    ...filledListProblems(
      within(alert, 'scopes'),
      'watches nothing',
      'Azure refuses the alert',
      'Give the id of what is watched',
    ),
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
