import * as pulumi from '@pulumi/pulumi';
import { secretName } from '../contract/names';
import type { SecretSetting, SettingName } from '../contract/settings';

/** In place of a value: where the platform finds the secret. */
export interface SecretReference {
  readonly secretRef: string;
}

/** What one setting is injected as; undefined: it is not. */
export type Injected = pulumi.Input<string> | SecretReference | undefined;

/** All that is injected into the container. A setting that was forgotten here fails the type check. */
export type InjectedEnvironment = Readonly<Record<SettingName, Injected>>;

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: pulumi.Input<string>;
  readonly secretRef?: string;
}

/** A reference to a secret that is used, and nothing in place of one that isn't. */
export const referenceTo = (name: SecretSetting, isUsed: boolean): SecretReference | undefined =>
  isUsed ? { secretRef: secretName(name) } : undefined;

/** The list as Azure takes it. Sorted and without empty values: Azure gives it back so, and would show a change for ever. */
export function environmentVariables(environment: InjectedEnvironment): EnvironmentVariable[] {
  return Object.entries(environment)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, injected]) => (injected === undefined ? [] : [{ name, ...asVariable(injected) }]));
}

const asVariable = (injected: pulumi.Input<string> | SecretReference): Omit<EnvironmentVariable, 'name'> =>
  isReference(injected) ? { secretRef: injected.secretRef } : { value: injected };

/** An output answers to any property's name, so it is asked first whether it is one. */
const isReference = (injected: pulumi.Input<string> | SecretReference): injected is SecretReference =>
  !pulumi.Output.isInstance(injected) && typeof injected === 'object' && 'secretRef' in injected;
