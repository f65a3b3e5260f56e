import type * as pulumi from '@pulumi/pulumi';

/** Resource group, location and tags of every resource. */
export interface ResourceScope {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}
