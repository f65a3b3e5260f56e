import type * as pulumi from '@pulumi/pulumi';

/** Where every resource goes, and what it is marked with. */
export interface ResourceScope {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}
