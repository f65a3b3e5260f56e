import { isObject, type PlainObject } from '../wire';
import { textOf } from './addresses';

const objectAt = (outer: PlainObject, name: string): PlainObject => {
  const value = outer[name];
  return isObject(value) ? value : {};
};

/**
 * What Azure adds to a Container App that is running: its addresses, which nobody can reach here, and its revision.
 * @param domain of its environment
 */
export function appOutputs(outputs: PlainObject, revision: string, domain: string): PlainObject {
  const configuration = objectAt(outputs, 'configuration');
  const ingress = objectAt(configuration, 'ingress');
  return {
    ...outputs,
    configuration: {
      ...configuration,
      ingress: { ...ingress, fqdn: `${textOf(outputs, 'containerAppName')}.${domain}` },
    },
    latestRevisionName: revision,
    latestReadyRevisionName: revision,
    latestRevisionFqdn: `${revision}.${domain}`,
  };
}
