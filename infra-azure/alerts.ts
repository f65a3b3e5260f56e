import type * as app from '@pulumi/azure-native/app';
import * as monitor from '@pulumi/azure-native/monitor';
import type * as pulumi from '@pulumi/pulumi';
import { defined } from '../contract/defined';
import { BUCKET_LINES, WATCH_LINES } from '../contract/watch-lines';
import type { Platform } from './platform';

export interface AlertsArgs {
  readonly platform: Platform;
  readonly containerApp: app.ContainerApp;
  readonly appName: string;
  /** Without it the alerts exist but send no notification. */
  readonly email: string | undefined;
  readonly parent: pulumi.Resource;
}

/** An alert on a metric of the Container App. */
interface MetricRule {
  readonly description: string;
  readonly metricName: 'Replicas' | 'Requests' | 'RestartCount';
  readonly timeAggregation: 'Maximum' | 'Total';
  readonly operator: 'GreaterThan' | 'LessThan';
  readonly threshold: number;
  readonly windowSize: 'PT5M' | 'PT15M';
  /** 1 is worse than 2. */
  readonly severity: 1 | 2;
  readonly dimensions?: readonly { name: string; operator: 'Include'; values: string[] }[];
}

/** Thresholds are estimates: no real traffic of this backend has been seen yet. */
const METRIC_RULES: Readonly<Record<string, MetricRule>> = {
  'server-errors': {
    description: 'More than five responses with status 5xx within five minutes.',
    metricName: 'Requests',
    timeAggregation: 'Total',
    operator: 'GreaterThan',
    threshold: 5,
    windowSize: 'PT5M',
    severity: 2,
    dimensions: [{ name: 'statusCodeCategory', operator: 'Include', values: ['5xx'] }],
  },
  restarts: {
    description: 'The backend was restarted more than twice within a quarter of an hour.',
    metricName: 'RestartCount',
    timeAggregation: 'Maximum',
    operator: 'GreaterThan',
    threshold: 2,
    windowSize: 'PT15M',
    severity: 2,
  },
  'no-replica': {
    description: 'No replica is running: no conversation can start, and callbacks get no response.',
    metricName: 'Replicas',
    timeAggregation: 'Maximum',
    operator: 'LessThan',
    threshold: 1,
    windowSize: 'PT5M',
    severity: 1,
  },
};

/** An alert on rows of the logs. */
interface LogRule {
  readonly description: string;
  readonly query: (appName: string) => readonly string[];
  /** Number of rows within a quarter of an hour. */
  readonly threshold: number;
  /** @default GreaterThan */
  readonly operator?: 'GreaterThan' | 'LessThan';
  /** 1 is worse than 2; 3 only informs. */
  readonly severity: 1 | 2 | 3;
}

/**
 * Lines of the backend's log with exactly one of these texts.
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappconsolelogs: column names are an [assumption] until a first deployment
 */
const lines =
  (...texts: readonly string[]) =>
  (appName: string): readonly string[] => [
    'ContainerAppConsoleLogs',
    `| where ContainerAppName == "${appName}"`,
    `| where tostring(parse_json(Log).msg) in (${texts.map((text) => `"${text}"`).join(', ')})`,
  ];

const LOG_RULES: Readonly<Record<string, LogRule>> = {
  probes: {
    description: 'Health probes of the backend fail, or its container ends.',
    // Column and table names: [assumption] until a first deployment.
    query: (appName) => [
      'ContainerAppSystemLogs',
      `| where ContainerAppName == "${appName}"`,
      '| where Reason in ("ProbeFailed", "ContainerTerminated", "BackOff")',
    ],
    // A new revision may miss a probe or two while it starts.
    threshold: 3,
    severity: 2,
  },
  /** @see https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap (of 2025-08-29, read 2026-11-28) */
  'log-cap': {
    description:
      'The daily cap of the logs is reached: Azure drops logs until the next day, and log alerts cannot fire.',
    query: () => ['_LogOperation', '| where Category =~ "Ingestion"', '| where Detail contains "OverQuota"'],
    threshold: 0,
    severity: 1,
  },
  'recordings-missing': {
    description:
      'Recordings are missing or incomplete, or exist although none should. The log lines say which, and why.',
    query: lines(
      WATCH_LINES.missing,
      WATCH_LINES.unannounced,
      WATCH_LINES.partial,
      WATCH_LINES.gone,
      WATCH_LINES.unwanted,
      WATCH_LINES.back,
      WATCH_LINES.outage,
    ),
    threshold: 0,
    severity: 1,
  },
  'recordings-late': {
    description: 'A recording reported as missing has arrived, or none was due.',
    query: lines(WATCH_LINES.late, WATCH_LINES.notDue),
    threshold: 0,
    severity: 3,
  },
  'erasures-due': {
    description: 'The receipt of an erasure can be made final. The log line has the command.',
    query: lines(WATCH_LINES.finishDue),
    threshold: 0,
    severity: 3,
  },
  'bucket-unreadable': {
    description:
      'The backend cannot read the bucket: until it can, it knows of recordings only what Tavus announces.',
    query: lines(BUCKET_LINES.unreadable),
    threshold: 0,
    severity: 2,
  },
  proof: {
    description:
      'A proof has failed, or none has passed for too long: it is unknown whether recordings arrive.',
    query: lines(WATCH_LINES.proofFailed, WATCH_LINES.proofOverdue),
    threshold: 0,
    severity: 2,
  },
  'foreign-objects': {
    description: 'The bucket has objects that no conversation of this backend made. The log lines say which.',
    query: lines(WATCH_LINES.foreign, WATCH_LINES.foreignMany),
    threshold: 0,
    severity: 2,
  },
  'watch-silent': {
    description:
      'The watch has not run for a quarter of an hour, so a missing recording would not be reported.',
    query: lines(WATCH_LINES.alive),
    operator: 'LessThan',
    threshold: 1,
    severity: 1,
  },
};

/** Creates the alerts on metrics and logs, and the action group that sends them by e-mail. */
export function createAlerts(name: string, args: AlertsArgs): void {
  const { email, parent, platform } = args;
  const group = email === undefined ? undefined : actionGroup(name, email, platform, parent);
  for (const [id, rule] of Object.entries(METRIC_RULES)) metricAlert(`${name}-${id}`, rule, args, group);
  for (const [id, rule] of Object.entries(LOG_RULES)) logAlert(`${name}-${id}`, rule, args, group);
}

function actionGroup(
  name: string,
  emailAddress: string,
  { scope }: Platform,
  parent: pulumi.Resource,
): monitor.ActionGroup {
  return new monitor.ActionGroup(
    `${name}-operators`,
    {
      resourceGroupName: scope.resourceGroupName,
      tags: scope.tags,
      location: 'global',
      enabled: true,
      groupShortName: 'recordings',
      emailReceivers: [{ name: 'operators', emailAddress, useCommonAlertSchema: true }],
    },
    { parent },
  );
}

function metricAlert(
  name: string,
  rule: MetricRule,
  { platform: { scope }, containerApp, parent }: AlertsArgs,
  group: monitor.ActionGroup | undefined,
): void {
  const { metricName, timeAggregation, operator, threshold, dimensions = [] } = rule;
  new monitor.MetricAlert(
    name,
    {
      resourceGroupName: scope.resourceGroupName,
      tags: scope.tags,
      location: 'global',
      description: rule.description,
      enabled: true,
      severity: rule.severity,
      scopes: [containerApp.id],
      evaluationFrequency: 'PT1M',
      windowSize: rule.windowSize,
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion',
            name: 'symptom',
            metricNamespace: 'Microsoft.App/containerapps',
            metricName,
            timeAggregation,
            operator,
            threshold,
            dimensions: [...dimensions],
          },
        ],
      },
      actions: group === undefined ? [] : [{ actionGroupId: group.id }],
    },
    { parent, deletedWith: containerApp },
  );
}

function logAlert(
  name: string,
  { description, query, operator = 'GreaterThan', threshold, severity }: LogRule,
  { platform: { scope, workspace }, appName, containerApp, parent }: AlertsArgs,
  group: monitor.ActionGroup | undefined,
): void {
  new monitor.ScheduledQueryRule(
    name,
    {
      ...scope,
      description,
      enabled: true,
      severity,
      scopes: [workspace.id],
      evaluationFrequency: 'PT5M',
      windowSize: 'PT15M',
      // The table does not exist before the first log.
      skipQueryValidation: true,
      criteria: {
        allOf: [
          {
            query: query(appName).join('\n'),
            timeAggregation: 'Count',
            operator,
            threshold,
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
          },
        ],
      },
      ...defined({ actions: group && { actionGroups: [group.id] } }),
    },
    { parent, deletedWith: containerApp },
  );
}
