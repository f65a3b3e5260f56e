import * as storage from '@pulumi/azure-native/storage';
import * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from './resource-scope';
import { storageAccount } from './storage-account';

export interface LedgerTableArgs {
  readonly scope: ResourceScope;
  readonly protectData: boolean;
}

/**
 * The table for the backend's ledger, in its own storage account. Identities with a role reach it over the internet. It has
 * no point-in-time restore: Azure does not offer that for tables.
 */
export class LedgerTable extends pulumi.ComponentResource {
  readonly account: storage.StorageAccount;
  /** The value of `LEDGER_URL`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { scope, protectData }: LedgerTableArgs, opts: pulumi.ComponentResourceOptions) {
    super('tavus-recordings:azure:LedgerTable', name, {}, opts);
    const kept = { parent: this, protect: protectData };
    // A storage account's name has no hyphens and at most 24 characters; the provider adds eight to this name.
    this.account = storageAccount(`${name}account`, { scope }, kept);
    const table = new storage.Table(
      `${name}-table`,
      { resourceGroupName: scope.resourceGroupName, accountName: this.account.name, tableName: 'ledger' },
      kept,
    );
    this.url = pulumi.interpolate`${this.account.primaryEndpoints.table}${table.name}`;
    this.registerOutputs();
  }
}
