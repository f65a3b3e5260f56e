import { isDecided, isMissing, items, within, type Place } from '../place';
import { isFilled, oneOf, optional } from '../predicates';
import { demand, problem, type Problem } from '../problem';
import type { Rule } from './rule';

/** Any of them will do, also several. */
const DESTINATIONS = [
  'workspaceId',
  'storageAccountId',
  'eventHubAuthorizationRuleId',
  'marketplacePartnerId',
];

/** Whether a list says nothing at all: decided, and no entry that is switched on. */
function isSilent(list: Place): boolean {
  const enabled = items(list).map((entry) => within(entry, 'enabled'));
  return isDecided(list, ...items(list), ...enabled) && !enabled.some(({ value }) => value === true);
}

function categoryProblems(log: Place): Problem[] {
  const [category, group] = [within(log, 'category'), within(log, 'categoryGroup')];
  if (!isDecided(category, group) || isMissing(category) !== isMissing(group)) return [];
  return [
    problem(log, {
      wrong: 'must name exactly one of category and categoryGroup',
      why: 'Azure refuses the setting',
      fix: 'Give the category, such as AuditEvent',
    }),
  ];
}

const destinationProblems: Rule = (setting) => {
  const all = DESTINATIONS.map((name) => within(setting, name));
  if (!isDecided(...all) || !all.every(isMissing)) return [];
  return [
    problem(within(setting, 'workspaceId'), {
      wrong: 'sends the logs nowhere',
      why: 'Azure refuses the setting',
      fix: 'Give the id of the log workspace',
    }),
  ];
};

/**
 * Which logs and metrics of a resource are kept, and where. Which categories a resource has is not checked: no
 * definition names them.
 */
export const diagnosticSettingProblems: Rule = (setting) => {
  const [logs, metrics] = [within(setting, 'logs'), within(setting, 'metrics')];
  const nothing = {
    wrong: 'switches no log and no metric on',
    why: 'Nothing would ever be kept, and nobody would notice before it is needed',
    fix: 'Name at least one category with enabled true',
  };
  return [
    ...demand(within(setting, 'resourceUri'), isFilled, {
      wrong: 'does not say of what',
      why: 'Azure keeps diagnostic settings with the resource whose logs they are',
      fix: 'Give its id',
    }),
    ...(isSilent(logs) && isSilent(metrics) ? [problem(logs, nothing)] : []),
    ...items(logs).flatMap(categoryProblems),
    ...destinationProblems(setting),
    ...demand(
      within(setting, 'logAnalyticsDestinationType'),
      optional(oneOf(['Dedicated', 'AzureDiagnostics'])),
      {
        wrong: 'is no kind of table',
        why: 'The alert queries would read tables that stay empty',
        fix: 'Give Dedicated',
      },
    ),
  ];
};
