import { isDeepStrictEqual } from 'node:util';
import type { Provider } from '@pulumi/pulumi/provider';
import { named } from './named';
import type { RegisteredResource } from './state';
import type { WireObject } from './wire-object';

/**
 * What has to happen to a resource that is there. The provider decides; one without an opinion is overruled by a plain
 * comparison of the inputs.
 */
export async function compare(
  provider: Provider,
  old: RegisteredResource,
  inputs: WireObject,
): Promise<'same' | 'update' | 'replace'> {
  const { id = '', urn, outputs } = old;
  const diff = (await named(old, 'compared', async () => provider.diff?.(id, urn, outputs, inputs))) ?? {};
  if (diff.changes ?? !isDeepStrictEqual(old.inputs, inputs)) {
    return (diff.replaces ?? []).length > 0 ? 'replace' : 'update';
  }
  return 'same';
}
