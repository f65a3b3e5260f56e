import * as pulumi from '@pulumi/pulumi';

/** Where configuration comes from, by key without a namespace. */
export interface ConfigSource {
  /** The text as it was set; undefined when it was not, or when it is empty. */
  get(key: string): string | undefined;
  /** Whether the value is encrypted in the stack's file. */
  isSecret(key: string): boolean;
}

/** The SDK keeps this one out of its types. A test holds that it is there. */
const runtime: typeof pulumi.runtime & { readonly isConfigSecret?: (key: string) => boolean } =
  pulumi.runtime;

/** Configuration of the stack that is being deployed. Nothing else reads it. */
export function stackConfig(): ConfigSource {
  const project = pulumi.getProject();
  return {
    get(key) {
      const value = pulumi.runtime.getConfig(`${project}:${key}`)?.trim();
      return value === '' ? undefined : value;
    },
    isSecret: (key) => runtime.isConfigSecret?.(`${project}:${key}`) === true,
  };
}
