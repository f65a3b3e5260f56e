import { messageOf } from './message';

/**
 * Does something with a resource.
 * @throws with the resource's name, what did not happen to it, and the provider's own words
 */
export async function named<T>(
  { name, type }: { readonly name: string; readonly type: string },
  what: 'checked' | 'compared' | 'created' | 'deleted' | 'updated',
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new Error(`${name} (${type}): was not ${what}. ${messageOf(cause)}`, { cause });
  }
}
