import { isDecided, isMissing, textAt, within } from '../place';
import { isAbsent, isFilled, oneOf } from '../predicates';
import { demand, problem } from '../problem';
import { locationProblems, type Rule } from './rule';

const DESTINATIONS = ['azure-monitor', 'log-analytics', 'none'];
const LOG_ANALYTICS = 'log-analytics';

/**
 * A shared key would be stored in the state as an input: Azure/bicep-registry-modules#5129, read 2026-11-22. That the
 * workspace may be given for log-analytics only: type declarations of @pulumi/azure-native 3.28.0.
 */
const logProblems: Rule = (environment) => {
  const logs = within(environment, 'appLogsConfiguration');
  if (isMissing(logs)) return [];
  const destination = within(logs, 'destination');
  const analytics = within(logs, 'logAnalyticsConfiguration');
  const isAnalytics = destination.value === LOG_ANALYTICS;
  return [
    ...demand(destination, oneOf(DESTINATIONS), {
      wrong: 'is no destination for logs',
      why: 'Azure refuses the environment',
      fix: `Give one of ${DESTINATIONS.join(', ')}`,
    }),
    ...(isAnalytics
      ? demand(within(analytics, 'customerId'), isFilled, {
          wrong: 'does not say which workspace',
          why: 'Azure refuses the environment, or the logs go nowhere',
          fix: "Give the workspace's customerId, or better the destination azure-monitor",
        })
      : []),
    ...(isDecided(destination, analytics) && !isAnalytics && !isMissing(analytics)
      ? [
          problem(analytics, {
            wrong: `is there although the destination is ${textAt(destination)}`,
            why: 'Nothing would arrive in that workspace',
            fix: 'Leave it out and add a diagnostic setting',
          }),
        ]
      : []),
    ...demand(within(analytics, 'sharedKey'), isAbsent, {
      wrong: "hands over the workspace's key",
      why: 'It would be kept in the state, and with it anybody can write logs',
      fix: 'Use the destination azure-monitor with a diagnostic setting, which needs no key',
    }),
  ];
};

/** The environment in which apps run. */
export const managedEnvironmentProblems: Rule = (environment) => [
  ...locationProblems(environment),
  ...logProblems(environment),
];
