import * as pulumi from '@pulumi/pulumi';

/** Reads configuration by key, without a namespace. */
export interface ConfigSource {
  /** The text; undefined if it is unset or empty. */
  get(key: string): string | undefined;
  /** Whether the value is encrypted in the stack's file. */
  isSecret(key: string): boolean;
  /** The namespace of {@link get}. */
  readonly project: string;
  /** All texts by key with namespace, as in `tavus-recordings:image`. */
  readonly all: () => Readonly<Record<string, string>>;
}

/** The SDK's types omit this function. A test checks that it exists. */
const runtime: typeof pulumi.runtime & { readonly isConfigSecret?: (key: string) => boolean } =
  pulumi.runtime;

/** Configuration of the current stack. Nothing else reads it. */
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
