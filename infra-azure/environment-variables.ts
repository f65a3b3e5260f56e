import * as pulumi from '@pulumi/pulumi';
import { secretName } from '../contract/names';
import type { SecretSetting, SettingName } from '../contract/settings';

/** A reference to a secret of the Container App, in place of a value. */
export interface SecretReference {
  readonly secretRef: string;
}

/** The injected value of one setting; undefined: not injected. */
export type Injected = pulumi.Input<string> | SecretReference | undefined;

/** All settings, injected or not. A forgotten setting fails the type check. */
export type InjectedEnvironment = Readonly<Record<SettingName, Injected>>;

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: pulumi.Input<string>;
  readonly secretRef?: string;
}

/** The reference to a secret; undefined if the secret is not used. */
export const referenceTo = (name: SecretSetting, isUsed: boolean): SecretReference | undefined =>
  isUsed ? { secretRef: secretName(name) } : undefined;

/** Sorted, empty values dropped: Azure normalises the list this way; otherwise every preview shows a diff. */
export function environmentVariables(environment: InjectedEnvironment): EnvironmentVariable[] {
  return Object.entries(environment)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, injected]) => (injected === undefined ? [] : [{ name, ...asVariable(injected) }]));
}

const asVariable = (injected: pulumi.Input<string> | SecretReference): Omit<EnvironmentVariable, 'name'> =>
  isReference(injected) ? { secretRef: injected.secretRef } : { value: injected };

/** An Output has every property, so `isInstance` is checked before `in`. */
const isReference = (injected: pulumi.Input<string> | SecretReference): injected is SecretReference =>
  !pulumi.Output.isInstance(injected) && typeof injected === 'object' && 'secretRef' in injected;
