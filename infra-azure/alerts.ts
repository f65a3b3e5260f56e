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
  /** Undefined: the alerts are there to be looked at, and nobody is told. */
  readonly email: string | undefined;
  readonly parent: pulumi.Resource;
}

/** One metric of the Container App, and when it is not well. */
interface Symptom {
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

/** Which signs of trouble are watched. The numbers are choices: no traffic of this backend has been seen yet. */
const SYMPTOMS: Readonly<Record<string, Symptom>> = {
  'server-errors': {
    description: 'More than five answers of 500 and above within five minutes.',
    metricName: 'Requests',
    timeAggregation: 'Total',
    operator: 'GreaterThan',
    threshold: 5,
    windowSize: 'PT5M',
    severity: 2,
    dimensions: [{ name: 'statusCodeCategory', operator: 'Include', values: ['5xx'] }],
  },
  restarts: {
    description: 'The backend was restarted more than twice.',
    metricName: 'RestartCount',
    timeAggregation: 'Maximum',
    operator: 'GreaterThan',
    threshold: 2,
    windowSize: 'PT15M',
    severity: 2,
  },
  'no-replica': {
    description: 'No backend is running: no conversation can start, and no callback is heard.',
    metricName: 'Replicas',
    timeAggregation: 'Maximum',
    operator: 'LessThan',
    threshold: 1,
    windowSize: 'PT5M',
    severity: 1,
  },
};

/** Rows in the logs that mean trouble. */
interface LogSymptom {
  readonly description: string;
  readonly query: (appName: string) => readonly string[];
  /** More rows than this, or fewer, within a quarter of an hour. */
  readonly threshold: number;
  /** @default GreaterThan */
  readonly operator?: 'GreaterThan' | 'LessThan';
  /** 1 is worse than 2; 3 only informs. */
  readonly severity: 1 | 2 | 3;
}

/**
 * Lines of the backend's own log, by their whole text.
 * @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerappconsolelogs: column names are an [assumption] until a first deployment
 */
const lines =
  (...texts: readonly string[]) =>
  (appName: string): readonly string[] => [
    'ContainerAppConsoleLogs',
    `| where ContainerAppName == "${appName}"`,
    `| where tostring(parse_json(Log).msg) in (${texts.map((text) => `"${text}"`).join(', ')})`,
  ];

const LOG_SYMPTOMS: Readonly<Record<string, LogSymptom>> = {
  probes: {
    description: 'Probes of the backend fail, or its container ends.',
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
      'The daily cap of the logs is reached: until the next day none are kept, and no alert sees what they would say.',
    query: () => ['_LogOperation', '| where Category =~ "Ingestion"', '| where Detail contains "OverQuota"'],
    threshold: 0,
    severity: 1,
  },
  'recordings-missing': {
    description:
      'Recordings are not there as they should be, or are where none should be. The lines say which, and why.',
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
    description: 'A recording that was missing has come: the notice about it is taken back.',
    query: lines(WATCH_LINES.late, WATCH_LINES.notDue),
    threshold: 0,
    severity: 3,
  },
  'erasures-due': {
    description: 'A receipt of an erasure can be made final. The line has the command.',
    query: lines(WATCH_LINES.finishDue),
    threshold: 0,
    severity: 3,
  },
  'bucket-unreadable': {
    description:
      'The backend cannot look into the bucket: until it can, a recording is there by the word of Tavus alone.',
    query: lines(BUCKET_LINES.unreadable),
    threshold: 0,
    severity: 2,
  },
  proof: {
    description: 'A proof has failed, or none has passed for too long: nobody knows whether recordings land.',
    query: lines(WATCH_LINES.proofFailed, WATCH_LINES.proofOverdue),
    threshold: 0,
    severity: 2,
  },
  'foreign-objects': {
    description: 'The bucket has objects that no conversation of this backend made. The lines say which.',
    query: lines(WATCH_LINES.foreign, WATCH_LINES.foreignMany),
    threshold: 0,
    severity: 2,
  },
  'watch-silent': {
    description:
      'For a quarter of an hour nobody has watched over the recordings, so nobody would be told of a missing one.',
    query: lines(WATCH_LINES.alive),
    operator: 'LessThan',
    threshold: 1,
    severity: 1,
  },
};

/** Tells somebody when the backend is not well: by its metrics, and by what the platform logs. */
export function watch(name: string, args: AlertsArgs): void {
  const { email, parent, platform } = args;
  const group = email === undefined ? undefined : actionGroup(name, email, platform, parent);
  for (const [symptom, alert] of Object.entries(SYMPTOMS)) {
    metricAlert(`${name}-${symptom}`, alert, args, group);
  }
  for (const [symptom, alert] of Object.entries(LOG_SYMPTOMS)) {
    logAlert(`${name}-${symptom}`, alert, args, group);
  }
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
  symptom: Symptom,
  { platform: { scope }, containerApp, parent }: AlertsArgs,
  group: monitor.ActionGroup | undefined,
): void {
  const { metricName, timeAggregation, operator, threshold, dimensions = [] } = symptom;
  new monitor.MetricAlert(
    name,
    {
      resourceGroupName: scope.resourceGroupName,
      tags: scope.tags,
      location: 'global',
      description: symptom.description,
      enabled: true,
      severity: symptom.severity,
      scopes: [containerApp.id],
      evaluationFrequency: 'PT1M',
      windowSize: symptom.windowSize,
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
  { description, query, operator = 'GreaterThan', threshold, severity }: LogSymptom,
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
      // The table is not there before the first log.
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
