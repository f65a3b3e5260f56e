import { isMissing, items, textAt, within, type Place } from '../place';
import { exactly, isFilled, oneOf } from '../predicates';
import { demand, type Problem } from '../problem';
import { alertProblems, filledListProblems, NO_CONDITION, TELLS_NOBODY } from './alert';
import type { Rule } from './rule';

const NAMESPACE = 'microsoft.app/containerapps';
/** A choice of ours out of the metrics that Azure publishes for Container Apps; others are more likely misspelled. */
const METRICS = ['Requests', 'RestartCount', 'Replicas', 'ResponseTime', 'CpuPercentage', 'MemoryPercentage'];
/** No published schema states them. */
const WINDOWS = ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D'];
/** Assumption: the windows up to an hour. */
const FREQUENCIES = WINDOWS.slice(0, 5);

/** Metrics of Container Apps; those of other resources are not known here. */
function metricProblems(criterion: Place): Problem[] {
  const namespace = within(criterion, 'metricNamespace');
  if (!isMissing(namespace) && textAt(namespace).toLowerCase() !== NAMESPACE) return [];
  return demand(within(criterion, 'metricName'), oneOf(METRICS), {
    wrong: 'is no metric of Container Apps that we know',
    why: 'The alert would watch nothing and never fire',
    fix: `Give one of ${METRICS.join(', ')}`,
  });
}

/** An alert on a metric. That Azure takes no region for it but `global` is an assumption. */
export const metricAlertProblems: Rule = (alert) => {
  const [criteria, actions] = [within(alert, 'criteria', 'allOf'), within(alert, 'actions')];
  return [
    ...alertProblems(alert),
    ...demand(within(alert, 'location'), exactly('global'), {
      wrong: 'is not global',
      why: 'Azure keeps metric alerts in no region and refuses any',
      fix: 'Give global',
    }),
    ...demand(within(alert, 'windowSize'), oneOf(WINDOWS), {
      wrong: 'is no window that Azure has',
      why: 'Azure refuses the alert',
      fix: `Give one of ${WINDOWS.join(', ')}`,
    }),
    ...demand(within(alert, 'evaluationFrequency'), oneOf(FREQUENCIES), {
      wrong: 'is no frequency that Azure has',
      why: 'Azure refuses the alert',
      fix: `Give one of ${FREQUENCIES.join(', ')}`,
    }),
    ...filledListProblems(criteria, NO_CONDITION),
    ...items(criteria).flatMap(metricProblems),
    ...items(actions).flatMap((action) => demand(within(action, 'actionGroupId'), isFilled, TELLS_NOBODY)),
  ];
};
