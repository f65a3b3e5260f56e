import * as storage from '@pulumi/azure-native/storage';
import * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from './resource-scope';
import { storageAccount } from './storage-account';

export interface LedgerTableArgs {
  readonly scope: ResourceScope;
  readonly protectData: boolean;
}

/**
 * Where the backend keeps its ledger: a table in an account of its own, reached over the internet by identities with a
 * role. It cannot be brought back to an earlier time: Azure has no such thing for tables.
 */
export class LedgerTable extends pulumi.ComponentResource {
  readonly account: storage.StorageAccount;
  /** As `LEDGER_URL` takes it. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { scope, protectData }: LedgerTableArgs, opts: pulumi.ComponentResourceOptions) {
    super('tavus-recordings:azure:LedgerTable', name, {}, opts);
    const kept = { parent: this, protect: protectData };
    // A name takes no hyphen and at most 24 characters, and the provider adds eight to the logical one.
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
