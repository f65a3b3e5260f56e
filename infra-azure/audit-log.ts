import * as monitor from '@pulumi/azure-native/monitor';
import type * as operationalinsights from '@pulumi/azure-native/operationalinsights';
import type * as pulumi from '@pulumi/pulumi';

export interface AuditLogArgs {
  /** The resource whose logs are sent. */
  readonly of: pulumi.CustomResource;
  readonly categories: readonly string[];
  readonly workspace: operationalinsights.Workspace;
  readonly parent: pulumi.Resource;
}

/**
 * Sends logs of one resource to the workspace. With `Dedicated` the table is `ContainerAppSystemLogs`, the name in the
 * alerts' queries, and not the older `..._CL` ([assumption] until a first deployment).
 */
export function auditLog(name: string, args: AuditLogArgs): monitor.DiagnosticSetting {
  const { of, categories, workspace, parent } = args;
  return new monitor.DiagnosticSetting(
    name,
    {
      resourceUri: of.id,
      workspaceId: workspace.id,
      logAnalyticsDestinationType: 'Dedicated',
      logs: categories.map((category) => ({ category, enabled: true })),
    },
    { parent, deletedWith: of },
  );
}
