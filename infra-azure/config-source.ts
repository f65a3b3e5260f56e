import * as pulumi from '@pulumi/pulumi';

/** Where configuration comes from, by key without a namespace. */
export interface ConfigSource {
  /** The text as it was set; undefined when it was not, or when it is empty. */
  get(key: string): string | undefined;
  /** Whether the value is encrypted in the stack's file. */
  isSecret(key: string): boolean;
  /** The namespace in which {@link get} looks. */
  readonly project: string;
  /** Every text that is set, by its key with the namespace, as in `tavus-recordings:image`. */
  readonly all: () => Readonly<Record<string, string>>;
}

/** The SDK keeps this one out of its types. A test holds that it is there. */
const runtime: typeof pulumi.runtime & { readonly isConfigSecret?: (key: string) => boolean } =
  pulumi.runtime;

/** Configuration of the stack that is being deployed. Nothing else reads it. */
export function stackConfig(): ConfigSource {
  const project = pulumi.getProject();
  return {
    project,
    get(key) {
      const value = pulumi.runtime.getConfig(`${project}:${key}`)?.trim();
      return value === '' ? undefined : value;
    },
    isSecret: (key) => runtime.isConfigSecret?.(`${project}:${key}`) === true,
    all: () => pulumi.runtime.allConfig(),
  };
}
