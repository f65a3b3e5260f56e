import { items, textAt, within, type Place } from '../place';
import { exactly, isFilled } from '../predicates';
import { demand, type Problem } from '../problem';
import { shown } from '../shown';
import { alertProblems, filledListProblems, NO_CONDITION } from './alert';
import { minutes } from './durations';
import { locationProblems, type Rule } from './rule';

/** Tables that Container Apps write without `Dedicated`. Assumption: fits what users report, never deployed. */
const OLD_TABLE = /ContainerApp(?:Console|System)Logs_CL/;

function conditionProblems(condition: Place): Problem[] {
  const query = within(condition, 'query');
  const periods = within(condition, 'failingPeriods');
  const most = within(periods, 'numberOfEvaluationPeriods');
  return [
    ...demand(query, isFilled, {
      wrong: 'asks nothing',
      why: 'Azure refuses the alert',
      fix: 'Give a query',
    }),
    ...demand(query, () => !OLD_TABLE.test(textAt(query)), {
      wrong: 'reads a table whose name ends in _CL',
      why: 'With the destination azure-monitor and Dedicated tables it stays empty, and the alert never fires',
      fix: 'Read ContainerAppConsoleLogs or ContainerAppSystemLogs, whose columns have no _s',
    }),
    ...demand(
      within(periods, 'minFailingPeriodsToAlert'),
      (least) => typeof least !== 'number' || typeof most.value !== 'number' || least <= most.value,
      {
        wrong: `is more than numberOfEvaluationPeriods (${shown('numberOfEvaluationPeriods', most.value)})`,
        why: 'The alert could never fire',
        fix: 'Lower it',
      },
    ),
  ];
}

/**
 * An alert on what a query over the logs finds. Azure tries a query when it takes the rule, and a table is there only
 * after its first line: an assumption that fits the definitions, never deployed.
 */
export const scheduledQueryRuleProblems: Rule = (rule) => {
  const criteria = within(rule, 'criteria', 'allOf');
  const noDuration = {
    wrong: 'is no duration such as PT5M',
    why: 'Azure refuses the alert',
    fix: 'Give minutes, hours or one day in ISO 8601',
  };
  const isDuration = (place: Place): Problem[] =>
    demand(place, () => minutes(place) !== undefined, noDuration);
  return [
    ...locationProblems(rule),
    ...alertProblems(rule),
    ...isDuration(within(rule, 'evaluationFrequency')),
    ...isDuration(within(rule, 'windowSize')),
    ...filledListProblems(criteria, NO_CONDITION),
    ...items(criteria).flatMap(conditionProblems),
    ...demand(within(rule, 'skipQueryValidation'), exactly(true), {
      wrong: 'lets Azure try the query',
      why: 'In a new workspace the table is not there before the first log line, and the deployment fails',
      fix: 'Set it to true',
    }),
  ];
};
