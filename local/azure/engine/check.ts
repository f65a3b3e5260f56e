import type { CheckFailure, Provider } from '@pulumi/pulumi/provider';
import { named } from './named';
import type { Registration } from './state';
import type { WireObject } from './wire-object';
import { canonical } from './wire-object';

const bullet = ({ property, reason }: CheckFailure): string =>
  property === '' ? `\n- ${reason}` : `\n- ${property}: ${reason}`;

/**
 * The inputs as the provider wants them.
 * @throws with each of its objections
 */
export async function checkInputs(
  provider: Provider,
  resource: Registration,
  olds: WireObject,
  news: WireObject,
): Promise<WireObject> {
  const { urn, name, type } = resource;
  const checked = await named(resource, 'checked', async () => provider.check?.(urn, olds, news));
  const { inputs = news, failures = [] } = checked ?? {};
  if (failures.length === 0) return canonical(inputs);
  throw new Error(
    `${name} (${type}): its inputs are refused. It was not touched. Correct them in the program:${failures.map(bullet).join('')}`,
  );
}
